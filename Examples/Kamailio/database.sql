-- What the example wants beside Kamailio's own tables for dialogs.

-- Kamailio writes at every answer and end, and readers do not keep it from that.
pragma journal_mode = wal;

-- A dialog that is not answered yet has no tag of the called telephone, and nothing to outlive a restart.
create trigger only_answered before insert on dialog when new.to_tag is null or new.to_tag = ''
begin
    select raise(ignore);
end;

-- A dialog that is read after a restart is checked by OPTIONS, on both sides (ka-src and ka-dst of the module dialog): its BYE
-- may have come while Kamailio was away. One that was not written by an earlier run is not checked.
create trigger check_after_restart after insert on dialog
begin
    update dialog set iflags = iflags | 6 where id = new.id;
end;

#pragma once

// Ends the process with one sentence: these are programs of measurement, and a fault makes the measurement void.
_Noreturn void fail(const char *format, ...);

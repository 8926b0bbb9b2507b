/// The names of the messages 0 to 182, in order; a dash for each number that T-Library keeps in reserve.
extension MessageNumber {
    static let names: [String] = text.split { $0 == " " || $0 == "\n" }.map(String.init)

    private static let text = """
        RequestRegisterClient RequestQueryServer RequestQueryAddress RequestRegisterAddress RequestUnregisterAddress
        RequestRegisterAll RequestUnregisterAll RequestSetInputMask RequestAgentLogin RequestAgentLogout
        RequestAgentReady RequestAgentNotReady RequestSetDNDOn RequestSetDNDOff RequestMakeCall
        RequestMakePredictiveCall RequestAnswerCall RequestReleaseCall RequestHoldCall RequestRetrieveCall
        RequestInitiateConference RequestCompleteConference RequestDeleteFromConference RequestInitiateTransfer
        RequestMuteTransfer RequestSingleStepTransfer RequestCompleteTransfer RequestMergeCalls RequestAlternateCall
        RequestReconnectCall RequestAttachUserData RequestUpdateUserData RequestDeleteUserData RequestDeletePair
        RequestCallForwardSet RequestCallForwardCancel RequestRouteCall RequestGiveMusicTreatment
        RequestGiveSilenceTreatment RequestGiveRingBackTreatment RequestLoginMailBox RequestLogoutMailBox
        RequestOpenVoiceFile RequestCloseVoiceFile RequestPlayVoiceFile RequestCollectDigits
        RequestSetMessageWaitingOn RequestSetMessageWaitingOff RequestDistributeUserEvent RequestDistributeEvent
        EventServerConnected EventServerDisconnected EventError EventRegistered EventUnregistered EventRegisteredAll
        EventUnregisteredAll EventQueued EventDiverted EventAbandoned EventRinging EventDialing EventNetworkReached
        EventDestinationBusy EventEstablished EventReleased EventHeld EventRetrieved EventPartyChanged
        EventPartyAdded EventPartyDeleted EventRouteRequest EventRouteUsed EventAgentLogin EventAgentLogout
        EventAgentReady EventAgentNotReady EventDNDOn EventDNDOff EventMailBoxLogin EventMailBoxLogout
        EventVoiceFileOpened EventVoiceFileClosed EventVoiceFileEndPlay EventDigitsCollected EventAttachedDataChanged
        EventOffHook EventOnHook EventForwardSet EventForwardCancel EventMessageWaitingOn EventMessageWaitingOff
        EventAddressInfo EventServerInfo EventLinkDisconnected EventLinkConnected EventUserEvent RequestSendDTMF
        EventDTMFSent EventResourceAllocated EventResourceFreed EventRemoteConnectionSuccess
        EventRemoteConnectionFailed RequestRedirectCall RequestListenDisconnect RequestListenReconnect
        EventListenDisconnected EventListenReconnected RequestQueryCall EventPartyInfo RequestClearCall
        RequestSetCallInfo EventCallInfoChanged RequestApplyTreatment EventTreatmentApplied EventTreatmentNotApplied
        EventTreatmentEnd EventHardwareError EventAgentAfterCallWork EventTreatmentRequired
        RequestSingleStepConference RequestQuerySwitch EventSwitchInfo RequestGetAccessNumber
        RequestCancelReqGetAccessNumber EventAnswerAccessNumber EventReqGetAccessNumberCanceled RequestReserveAgent
        EventAgentReserved RequestReserveAgentAndGetAccessNumber RequestAgentSetIdleReason EventAgentIdleReasonSet
        EventRestoreConnection EventPrimaryChanged RequestLostBackupConnection RequestSetDNInfo RequestQueryLocation
        EventLocationInfo EventACK RequestMonitorNextCall RequestCancelMonitoring EventMonitoringNextCall
        EventMonitoringCancelled RequestSetMuteOn RequestSetMuteOff EventMuteOn EventMuteOff EventDNOutOfService
        EventDNBackInService RequestPrivateService EventPrivateInfo EventBridged EventQueueLogout - - - - - - -
        EventCallCreated EventCallDataChanged EventCallDeleted EventCallPartyAdded EventCallPartyState
        EventCallPartyMoved EventCallPartyDeleted RequestStartCallMonitoring RequestStopCallMonitoring
        RequestSendReturnReceipt EventReturnReceipt RequestNetworkConsult RequestNetworkAlternate
        RequestNetworkTransfer RequestNetworkMerge RequestNetworkReconnect RequestNetworkSingleStepTransfer
        RequestNetworkPrivateService EventNetworkCallStatus EventNetworkPrivateInfo RequestTransactionMonitoring
        EventTransactionStatus EventResourceInfo
        """
}

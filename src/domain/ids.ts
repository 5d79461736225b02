/**
 * Names for the ids that travel through events and effects. All live ids are UUIDv7 made outside
 * the domain and carried in by an event; ids of the plan (stores, queues, people, phones, trunks)
 * are the short names an administrator typed.
 */
export type CallId = string;
export type LegId = string;
export type EntryId = string;
export type OfferId = string;
export type PlayId = string;
export type PromiseId = string;
export type AttemptId = string;
export type RecordingId = string;
export type LeadId = string;
export type FollowUpId = string;
export type CustomerId = string;
/** A page that an agent has open; made by push, and meaningless in another life of the app. */
export type DesktopId = string;

export type StoreId = string;
export type QueueId = string;
export type TrunkId = string;
export type PhoneId = string;
/** A person who takes calls; the same id as the person's in the plan. */
export type AgentId = string;

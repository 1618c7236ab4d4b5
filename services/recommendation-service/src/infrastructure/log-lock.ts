/** Locks under which rows get their positions; each is held until the commit. */
export const LOG_LOCK = { behaviour: 4_701, catalogue: 4_702 } as const;

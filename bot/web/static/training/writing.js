// How long a change to examples and answers may take: all of them are looked through before one is written.

/** Milliseconds. Given up sooner, one would be told that nothing happened while it does. */
export const WRITING = 60_000;

/** More than is shown of a session's past when it goes on: a long one is not read from its beginning for its end. */
export const recentRecords = 1_000;

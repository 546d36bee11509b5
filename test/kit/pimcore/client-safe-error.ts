/** An error whose message Data Hub shows; of any other it says "Internal server error". */
export class ClientSafeError extends Error {}

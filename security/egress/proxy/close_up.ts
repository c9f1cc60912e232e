/** Why a client is answered by us and not by the server it wanted, after which its connection is closed. */
export class CloseUp extends Error {
  override name = "CloseUp";
  /** `told`: it is an event already. */
  constructor(readonly status: number, message: string, readonly told = false) {
    super(message);
  }
}

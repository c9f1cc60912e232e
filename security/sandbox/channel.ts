/** Two ends that send each other JSON messages: the IPC pipe between a process and its parent. */

export type Channel = {
  /** Resolves when the message has left; rejects if the other end is gone. */
  send(message: unknown): Promise<void>;
  /** `heard` gets every message from now on, in order. */
  listen(heard: (message: unknown) => void): void;
  /** Resolves when the other end is gone. */
  closed: Promise<void>;
};

/** What `node:child_process` gives both to the parent (the child) and to the child (`process`). */
export type IpcEnd = {
  send?: (message: unknown, sent: (error: Error | null) => void) => boolean;
  on(event: "message" | "disconnect", heard: (message: unknown) => void): unknown;
};

/** The channel over `end`. Throws `TypeError` if there is no IPC on it. */
export function ipcChannel(end: IpcEnd): Channel {
  if (typeof end.send !== "function") {
    throw new TypeError("Cannot reach the launcher: this process was not started by it");
  }
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        try {
          end.send!(message, (error) => error ? reject(error) : resolve());
        } catch (error) {
          reject(error);
        }
      }),
    listen: (heard) => void end.on("message", heard),
    closed: new Promise((resolve) => end.on("disconnect", () => resolve())),
  };
}

/**
 * Resolves at the first SIGINT or SIGTERM, or when the process that started this one is gone. A second signal ends the
 * process at once.
 */
export async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(130);
      asked = true;
      // Whoever listens for it keeps the channel open, and the process with it.
      process.off('disconnect', resolve);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', stop);
    if (process.send === undefined) return;
    // It may be gone already: loading this program took a while.
    if (process.connected) process.once('disconnect', resolve);
    else resolve();
  });
}

package dev.palinode.tensor.distributed;

import org.bytedeco.pytorch.Work;
import org.jspecify.annotations.Nullable;

/**
 * A running operation of a {@link ProcessGroup}. Its tensor belongs to it until {@link #await} has
 * returned: do not read, write or free it before. Not thread-safe.
 */
public final class PendingCollective {
  private final ProcessGroup group;
  private final String what;
  private final long start = System.nanoTime();
  private @Nullable Work work; // null once awaited

  PendingCollective(ProcessGroup group, String what, Work work) {
    this.group = group;
    this.what = what;
    this.work = work;
    work.retainReference(); // outlives the scope of a backward pass in which it may be created
  }

  /**
   * Waits until the tensor holds the result; returns at once if it has been awaited.
   *
   * @throws LostPeerException if another process ended, or does not answer within the timeout
   */
  public void await() {
    Work waited = work;
    if (waited == null) {
      return;
    }
    work = null;
    try {
      waited._wait();
    } catch (RuntimeException nativeError) {
      throw group.lost(what, System.nanoTime() - start, nativeError);
    } finally {
      waited.close();
    }
  }
}

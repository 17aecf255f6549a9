package dev.palinode.demo;

import dev.palinode.tensor.Libtorch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Supplier;

/**
 * Runs seeds and their parts beside each other, one thread of arithmetic each: a tiny model gains
 * little from a second. So a result depends on its seed alone, not on the machine's load or number
 * of cores.
 */
final class SeedRunner {
  private final int workers;
  private final double costPerSeed;
  private final ExperimentProgress progress;

  /**
   * @param workers parts that run beside each other, at least 1
   * @param costPerSeed what a seed's progress adds up to
   */
  SeedRunner(int workers, double costPerSeed, ExperimentProgress progress) {
    this.workers = workers;
    this.costPerSeed = costPerSeed;
    this.progress = progress;
  }

  /** Makes the seed of a number. */
  interface Opener<R> {
    ExperimentSeed<R> open(long seed, ExperimentSeed.Progress progress);
  }

  /**
   * Runs all seeds.
   *
   * @return seed by seed, base first, then the parts in their order
   * @throws IOException if a part fails; the others end at their next step
   */
  <R> List<R> run(List<Long> seeds, Opener<R> opener) throws IOException {
    DoubleAdder done = new DoubleAdder();
    double total = seeds.size() * costPerSeed;
    int threadsBefore = Libtorch.threads();
    Libtorch.setThreads(1);
    AtomicBoolean failed = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    List<ExperimentSeed<R>> opened = new ArrayList<>();
    try {
      List<CompletableFuture<List<R>>> results = new ArrayList<>();
      for (long seed : seeds) {
        ExperimentSeed<R> one =
            opener.open(
                seed,
                (cost, doing) -> {
                  if (failed.get()) {
                    throw new CancellationException("another part of the experiment failed");
                  }
                  done.add(cost);
                  progress.advanced(Math.min(1, done.sum() / total), "seed " + seed + ": " + doing);
                });
        opened.add(one);
        CompletableFuture<List<R>> base = CompletableFuture.supplyAsync(one::base, executor);
        results.add(base);
        for (Supplier<List<R>> part : one.parts()) {
          results.add(base.thenApplyAsync(ignored -> part.get(), executor));
        }
      }
      return results.stream().flatMap(future -> future.join().stream()).toList();
    } catch (CompletionException e) {
      failed.set(true);
      throw new IOException("the experiment failed: " + e.getCause(), e.getCause());
    } finally {
      // What still runs reads the base models, and ends at its next step.
      executor.shutdown();
      awaitEnd(executor);
      opened.forEach(ExperimentSeed::close);
      Libtorch.setThreads(threadsBefore);
    }
  }

  private static void awaitEnd(ExecutorService executor) {
    try {
      executor.awaitTermination(10, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.palinode.demo;

import dev.palinode.tensor.Libtorch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes the models of all seeds in parallel, with one thread of arithmetic each: a tiny model gains
 * little from a second. So a result depends on its seed alone, not on the machine's load or number
 * of cores.
 *
 * @param <R> the rows of the experiment's table
 */
public final class SeedRunner<R extends Enum<R>> {
  private final int workers;
  private final ExperimentProgress progress;
  private final Map<ModelTask<R>, Double> done = new ConcurrentHashMap<>(); // fraction of each
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private double totalCost;

  /**
   * @param workers models trained in parallel, at least 1
   */
  public SeedRunner(int workers, ExperimentProgress progress) {
    this.workers = workers;
    this.progress = progress;
  }

  /** The models of a seed, each after the one that it is made from. */
  @FunctionalInterface
  public interface SeedTasks<R extends Enum<R>> {
    /** Writes what they are made from. */
    List<ModelTask<R>> of(long seed) throws IOException;
  }

  /**
   * Runs all seeds.
   *
   * @return by seed, then in the order of the rows
   * @throws IOException if a task fails; the others end at their next step
   */
  public List<Result<R>> run(List<Long> seeds, SeedTasks<R> models) throws IOException {
    Map<Long, List<ModelTask<R>>> tasks = new HashMap<>();
    for (long seed : seeds) {
      tasks.put(seed, models.of(seed));
      totalCost += tasks.get(seed).stream().mapToDouble(ModelTask::cost).sum();
    }
    int threadsBefore = Libtorch.threads();
    Libtorch.setThreads(1);
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    try {
      List<CompletableFuture<List<Result<R>>>> futures = new ArrayList<>();
      for (long seed : seeds) {
        futures.addAll(start(seed, tasks.get(seed), executor));
      }
      return futures.stream()
          .flatMap(future -> future.join().stream())
          .sorted(
              Comparator.comparingInt((Result<R> result) -> seeds.indexOf(result.seed()))
                  .thenComparing(Result::row))
          .toList();
    } catch (CompletionException e) {
      Throwable cause = failure.get();
      throw new IOException("the experiment failed: " + cause, cause);
    } finally {
      executor.shutdown();
      awaitEnd(executor);
      Libtorch.setThreads(threadsBefore);
    }
  }

  private List<CompletableFuture<List<Result<R>>>> start(
      long seed, List<ModelTask<R>> tasks, ExecutorService executor) {
    Map<String, CompletableFuture<List<Result<R>>>> made = new HashMap<>();
    made.put(SeedFolder.UNTRAINED, CompletableFuture.completedFuture(List.of()));
    for (ModelTask<R> task : tasks) {
      made.put(
          task.id(),
          Objects.requireNonNull(made.get(task.from()))
              .thenApplyAsync(from -> run(seed, task), executor));
    }
    return List.copyOf(made.values());
  }

  private List<Result<R>> run(long seed, ModelTask<R> task) {
    try {
      return task.work()
          .run(
              (fraction, doing) -> {
                if (failure.get() != null) {
                  throw new CancellationException("another part of the experiment failed");
                }
                done.put(task, fraction);
                double cost = 0;
                for (Map.Entry<ModelTask<R>, Double> each : done.entrySet()) {
                  cost += each.getValue() * each.getKey().cost();
                }
                progress.advanced(Math.min(1, cost / totalCost), "seed " + seed + ": " + doing);
              });
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e); // then the others are cancelled
      throw new CompletionException(e);
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

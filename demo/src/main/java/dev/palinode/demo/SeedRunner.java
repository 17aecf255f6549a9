package dev.palinode.demo;

import dev.palinode.tensor.Libtorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Trains and evaluates the models of all seeds in parallel, with one compute thread each: a tiny
 * model gains little from a second. A result depends on its seed, not on load or number of cores.
 */
public final class SeedRunner {
  private final int workers;
  private final ExperimentProgress progress;
  private final Map<Task, Double> done = new ConcurrentHashMap<>(); // cost so far
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private double totalCost;

  /**
   * @param workers models trained in parallel, at least 1
   */
  public SeedRunner(int workers, ExperimentProgress progress) {
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * Training and evaluation of one model of a seed.
   *
   * @param model folder of the model
   * @param from folder of the model that it starts from
   * @param cost of the work: sequences trained
   */
  public record Task(long seed, Path model, Path from, double cost, Work work) {}

  /** Trains a model and evaluates it. */
  public interface Work {
    void run(ExperimentProgress progress) throws IOException;
  }

  /**
   * Runs all tasks, each after that of the model that it starts from, if that is among them.
   *
   * @param tasks in such an order; of one experiment or of several
   * @throws IOException if a task fails; the others end at their next step
   */
  public void run(List<Task> tasks) throws IOException {
    totalCost = tasks.stream().mapToDouble(Task::cost).sum();
    int threadsBefore = Libtorch.threads();
    Libtorch.setThreads(1);
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    try {
      CompletableFuture<?> there = CompletableFuture.completedFuture("an untrained model");
      Map<Path, CompletableFuture<?>> made = new HashMap<>();
      for (Task task : tasks) {
        made.put(
            task.model(),
            made.getOrDefault(task.from(), there).thenRunAsync(() -> run(task), executor));
      }
      made.values().forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      Throwable cause = Objects.requireNonNullElse(failures.peek(), e);
      throw new IOException("the experiment failed: " + cause, cause);
    } finally {
      executor.shutdown();
      awaitEnd(executor);
      Libtorch.setThreads(threadsBefore);
    }
  }

  private void run(Task task) {
    try {
      task.work().run((fraction, doing) -> advanced(task, fraction, doing));
    } catch (IOException | RuntimeException e) {
      failures.add(e); // then the others are cancelled
      throw new CompletionException(e);
    }
  }

  private void advanced(Task task, double fraction, String doing) {
    if (!failures.isEmpty()) {
      throw new CancellationException("another part of the experiment failed");
    }
    done.put(task, fraction * task.cost());
    double cost = done.values().stream().mapToDouble(Double::doubleValue).sum();
    progress.advanced(Math.min(1, cost / totalCost), "seed " + task.seed() + ": " + doing);
  }

  private static void awaitEnd(ExecutorService executor) {
    try {
      executor.awaitTermination(10, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.storage.JsonFiles;
import dev.palinode.tensor.Libtorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * The safety experiment: for each seed a base model from scratch, and from the same base, data and
 * number of steps a model by plain SFT, one by SFT with matched compute and one by backtracking
 * SFT; then all of them on prompts that none of them has seen.
 *
 * <p>Seeds and models are independent and run beside each other, one thread of arithmetic each: a
 * tiny model gains little from a second. So a result depends on its seed alone, not on the
 * machine's load or number of cores.
 */
public final class SafetyExperiment {
  private final SafetySettings settings;
  private final List<Long> seeds;
  private final boolean development;
  private final Path output;

  /**
   * @param seeds at least one, all different
   * @param development evaluate on the split that settings are chosen on, not on the test split
   * @param output folder for everything that is needed to trace the table; files are replaced
   */
  public SafetyExperiment(
      SafetySettings settings, List<Long> seeds, boolean development, Path output) {
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new IllegalArgumentException("seeds are " + seeds + ": expected some, all different");
    }
    this.settings = settings;
    this.seeds = List.copyOf(seeds);
    this.development = development;
    this.output = output;
  }

  /**
   * Runs everything.
   *
   * @param workers models trained beside each other, at least 1
   * @return by seed, then in the order of {@link SafetyRow}
   * @throws IOException if a file cannot be written
   */
  public List<SafetyResult> run(int workers, ExperimentProgress progress) throws IOException {
    writeSettings();
    DoubleAdder done = new DoubleAdder();
    double total = seeds.size() * SafetySeed.cost(settings);
    int threadsBefore = Libtorch.threads();
    Libtorch.setThreads(1);
    AtomicBoolean failed = new AtomicBoolean();
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    List<SafetySeed> opened = new ArrayList<>();
    try {
      List<CompletableFuture<List<SafetyResult>>> results = new ArrayList<>();
      for (long seed : seeds) {
        SafetySeed one =
            new SafetySeed(
                settings,
                seed,
                development ? SafetySplit.Part.DEVELOPMENT : SafetySplit.Part.TEST,
                output.resolve("seed-" + seed),
                (cost, doing) -> {
                  if (failed.get()) {
                    throw new CancellationException("another part of the experiment failed");
                  }
                  done.add(cost);
                  progress.advanced(Math.min(1, done.sum() / total), "seed " + seed + ": " + doing);
                });
        opened.add(one);
        CompletableFuture<List<SafetyResult>> base =
            CompletableFuture.supplyAsync(one::pretrain, executor);
        results.add(base);
        for (SafetyRow row : SafetyRow.values()) {
          if (row.supervision().isPresent()) {
            results.add(base.thenApplyAsync(ignored -> one.tune(row), executor));
          }
        }
      }
      return results.stream()
          .flatMap(future -> future.join().stream())
          .sorted(
              Comparator.comparingInt((SafetyResult result) -> seeds.indexOf(result.seed()))
                  .thenComparing(SafetyResult::row))
          .toList();
    } catch (CompletionException e) {
      failed.set(true);
      throw new IOException("the experiment failed: " + e.getCause(), e.getCause());
    } finally {
      // What still runs reads the base models, and ends at its next step.
      executor.shutdown();
      awaitEnd(executor);
      opened.forEach(SafetySeed::close);
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

  private void writeSettings() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.set("settings", json.valueToTree(settings));
    root.set("seeds", json.valueToTree(seeds));
    root.put("split", development ? "development" : "test");
    root.put("java", System.getProperty("java.runtime.version"));
    root.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    JsonFiles.replace(output.resolve("settings.json"), root);
  }
}

package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.completion.CompletionRun;
import dev.palinode.evaluation.completion.Item;
import dev.palinode.evaluation.run.RunFolder;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The items of a benchmark that needs no judge. Those that have a line are not run again, unless it
 * holds an error.
 *
 * @param seed of the sampling
 * @param heldOut ids of items that are reported apart; may be empty
 * @param onSample called after each sample that is complete
 */
record CompletionTask(
    Benchmark benchmark,
    CompletionRun completion,
    long seed,
    Set<String> heldOut,
    RunFolder folder,
    Runnable onSample)
    implements SampleTask {
  @Override
  public List<List<String>> keys() {
    return completion.file().items().stream().map(item -> key(item.id())).toList();
  }

  private List<String> key(String id) {
    return List.of(benchmark.name(), id, "", "0"); // SampleLine.KEY
  }

  @Override
  public void run() throws IOException {
    Set<String> done = done();
    done.forEach(id -> onSample.run());
    completion.run(
        seed,
        done::contains,
        line -> {
          putHeldOut(line);
          folder.append(line);
          onSample.run();
        });
  }

  private Set<String> done() throws IOException {
    Set<String> done =
        completion.file().items().stream()
            .map(Item::id)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (List<String> key : keys()) {
      if (folder.get(key).filter(line -> !line.has("error")).isEmpty()) {
        done.remove(key.get(1));
      }
    }
    return done;
  }

  private void putHeldOut(ObjectNode line) {
    if (!heldOut.isEmpty()) {
      line.put("held_out", heldOut.contains(line.path("id").asText()));
    }
  }
}

package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.Transformer;
import dev.palinode.testkit.FaultTally;
import dev.palinode.testkit.Fixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Mutated model and adapter folders are opened, tokenise, lay out a conversation and generate: each
 * works or is refused with the file's name. Nothing ends the process, hangs, throws anything else
 * or takes more memory than twice the model.
 */
@Tag("fault")
class FolderFaultTest {
  private static final int INPUTS = Integer.getInteger("palinode.faults", 8000);
  private static final int PROCESSES = 2;

  @TempDir Path folder;

  private final FaultTally tally = new FaultTally("mutated model and adapter folders");
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  @Test
  void mutatedFolders_workOrAreRefused() throws IOException {
    Path bases = Files.createDirectories(folder.resolve("bases"));
    copy(
        Path.of(System.getProperty("palinode.root", "..")).resolve("models/safety-world"),
        bases.resolve("shipped"));
    writeTiny(bases.resolve("tiny"), bases.resolve("adapters/tiny"));
    for (String model : List.of("llama-tied", "gemma2", "qwen3", "phi3")) {
      copyFixture("models/" + model, bases.resolve(model));
    }

    CompletableFuture<?>[] runs = new CompletableFuture<?>[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
      int first = i;
      runs[i] = CompletableFuture.runAsync(() -> run(bases, first));
    }
    CompletableFuture.allOf(runs).join();

    tally.print();
    assertThat(failures).isEmpty();
    assertThat(tally.total()).isEqualTo(INPUTS);
    assertThat(tally.of("worked")).isPositive();
    assertThat(tally.of("refused")).isPositive();
  }

  /** Every second seed, in as many processes as they end. */
  private void run(Path bases, long first) {
    long next = first;
    try {
      Path work = Files.createDirectories(folder.resolve("work" + first));
      while (next < INPUTS) {
        next = runFrom(bases, work, next);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private long runFrom(Path bases, Path work, long first) throws IOException, InterruptedException {
    Process process = start(bases, work, first);
    long seed = first - PROCESSES;
    boolean isOpen = false;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("seed ")) {
          seed = Long.parseLong(line.substring(5));
          isOpen = true;
        } else if (line.startsWith("done ")) {
          count(seed, line.substring(5));
          isOpen = false;
        }
      }
    }
    int exit = process.waitFor();
    if (isOpen) {
      count(seed, "ended the process with exit code " + exit);
    } else if (seed < first) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the process does not start, exit code %d: %s",
              exit,
              Files.readString(work.resolve("errors"))));
    }
    return seed + PROCESSES;
  }

  private void count(long seed, String outcome) {
    boolean isRight = outcome.equals("worked") || outcome.equals("refused");
    String kind = outcome.split("[: ]", 2)[0];
    tally.count(isRight ? outcome : kind);
    if (!isRight) {
      failures.add("seed " + seed + ": " + outcome);
    }
  }

  private static Process start(Path bases, Path work, long first) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ErrorFile=" + work.resolve("hs_err"),
            "-cp",
            System.getProperty("java.class.path"),
            FolderFaultProcess.class.getName(),
            bases.toString(),
            work.toString(),
            Long.toString(first),
            Integer.toString(PROCESSES),
            Integer.toString(INPUTS));
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("TOKENIZERS_PARALLELISM", "false");
    builder.environment().put("RAYON_NUM_THREADS", "1");
    return builder.directory(work.toFile()).redirectError(work.resolve("errors").toFile()).start();
  }

  private static void copyFixture(String name, Path to) throws IOException {
    try {
      copy(Fixtures.fixture(name), to);
    } catch (TestAbortedException e) {
      Files.deleteIfExists(to); // without them there are fewer kinds of models
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** A Llama of two layers, a byte-level BPE, a chat template in a file of its own, an adapter. */
  private static void writeTiny(Path model, Path adapter) throws IOException {
    Files.createDirectories(model);
    ObjectNode tokenizer = TinyTokenizer.json();
    int tokens = tokenizer.path("model").path("vocab").size() + 2;
    ModelConfig config = ModelConfig.llama(tokens, 16, 32, 2, 4, 2, 64);
    LoraSettings settings =
        new LoraSettings(
            2, 4, false, List.of("q_proj", "down_proj"), Map.of("embed_tokens", List.of(3)), 0);
    try (Transformer network = Transformer.initialise(config, 1);
        LoraAdapter lora = LoraAdapter.create(network, settings, 2)) {
      Checkpoint.create(model, config, tokens - 2, tokens - 1, tokens - 1).save(network, model);
      PeftFolder.save(lora, "tiny", adapter);
    }
    Files.writeString(model.resolve("tokenizer.json"), tokenizer.toPrettyString());
    ObjectNode named = new ObjectMapper().createObjectNode();
    named.put("bos_token", "<s>").put("eos_token", "</s>");
    Files.writeString(model.resolve("tokenizer_config.json"), named.toPrettyString());
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for message in messages %}{{ message['role'] }}: {{ message['content'] |"
            + " trim }}{% if message.role == 'assistant' %}{{ eos_token }}{% endif %}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant: {% endif %}");
  }
}

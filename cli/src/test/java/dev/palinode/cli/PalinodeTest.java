package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.chat.Message;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.testkit.Fixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands, end to end, on a real checkpoint and real data. */
class PalinodeTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));
  private static final Path RECIPE = ROOT.resolve("recipes/backtracking-sft.yaml");

  @TempDir Path folder;

  @Test
  void withoutArguments_listsTheCommandsInGroups_eachWithAnExample() {
    CommandRun outcome = CommandRun.of();

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .containsSubsequence("See what it is about:", "demo", "Use a model:", "chat")
        .containsSubsequence(
            "chat", "generate", "inspect", "Make a model:", "train", "launch", "merge")
        .containsSubsequence("merge", "subtract", "Examples:")
        .doesNotContain("Further");
    for (String command :
        List.of(
            "demo",
            "chat",
            "generate",
            "inspect",
            "train",
            "launch",
            "merge",
            "subtract",
            "attack")) {
      assertThat(outcome.out()).contains("  palinode " + command);
    }
  }

  @Test
  void examples_areNotWrapped_andAttacksAreListedAsInTheDocs() {
    assertThat(CommandRun.of("attack", "--help").out())
        .containsPattern("\nExample: palinode attack prefilling .* --output runs/prefilling\n")
        .containsSubsequence(
            "prefilling ",
            "middle-filling ",
            "best-of-n ",
            "decoding-parameters ",
            "pair ",
            "reprogramming ",
            "special-tokens ",
            "  gcg ",
            "adaptive-gcg ",
            "autodan ");
    assertThat(CommandRun.of().out())
        .contains(
            "  palinode attack prefilling --model DIR --behaviors FILE --judge JUDGE --output DIR\n");
  }

  @Test
  void everyAttack_isListed() {
    CommandLine attack = Palinode.commands().getSubcommands().get("attack");

    assertThat(CommandRun.of("attack", "--help").out().lines())
        .extracting(line -> line.strip().split("\\s+", 2)[0])
        .containsAll(attack.getSubcommands().keySet());
  }

  @Test
  void version_isThatOfTheBuild() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));

    assertThat(CommandRun.of("--version").out().strip())
        .startsWith("palinode ")
        .isEqualTo("palinode " + pom.split("</?version>", 3)[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"safety", "pii", "guard"})
  void everyExperiment_explainsItself(String experiment) {
    CommandRun help = CommandRun.of("demo", experiment, "--help");

    assertThat(help.err()).isEmpty();
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).startsWith("Usage: palinode demo " + experiment).contains("--seeds");
  }

  @Test
  void optionsOfExperiments_mayStandBeforeOrAfterTheName() {
    for (String[] arguments :
        new String[][] {
          {"demo", "--seeds", "7,7"},
          {"demo", "--seeds", "7,7", "pii"},
          {"demo", "pii", "--seeds", "7,7"},
          {"demo", "safety", "--seeds=7", "--seeds=7"}
        }) {
      CommandRun outcome = CommandRun.of(arguments);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("seeds are [7, 7]");
    }
  }

  @Test
  void noWorkers_areRefused() {
    CommandRun outcome = CommandRun.of("demo", "--workers", "0");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("--workers is 0: expected at least 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "chat", "generate", "inspect", "train", "launch", "merge", "subtract"})
  void everyCommand_explainsItself(String command) {
    CommandRun option = CommandRun.of(command, "--help");
    CommandRun help = CommandRun.of("help", command);

    assertThat(option.err()).isEmpty();
    assertThat(option.exitCode()).isZero();
    assertThat(option.out()).startsWith("Usage: palinode " + command);
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).isEqualTo(option.out());
  }

  @Test
  void generate_tellsTheStoryTheModelIsKnownFor() {
    Path model = Fixtures.model("stories260K/hf");
    String story = Fixtures.json(model.resolveSibling("golden.json")).path("greedy_text").asText();

    CommandRun outcome =
        CommandRun.of(
            "generate", "--model", model.toString(), "--max-new-tokens", "252", "Once upon a time");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().strip()).isEqualTo(story.strip());
  }

  @Test
  void train_makesABacktrackingModel_ofARealCheckpointAndRealData() throws IOException {
    Path model = Fixtures.model("stories260K/hf");
    Path data = folder.resolve("pairs.jsonl");
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(Fixtures.data("hh-rlhf/harmless-base-test.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      Files.write(data, rows.lines().limit(40).toList());
    }
    Path output = folder.resolve("trained");

    CommandRun outcome =
        CommandRun.of(
            "train",
            RECIPE.toString(),
            "model=" + model,
            "data=" + data,
            "output=" + output,
            "batch_size=8");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("40 rows read", "added [RESET] as token 512", "written: ");
    try (LoadedModel trained = LoadedModel.open(output)) {
      assertThat(trained.resetId()).hasValue(512);
      assertThat(trained.network().config().vocabSize()).isEqualTo(513);
    }
    assertThat(output.resolve("recipe.yaml")).content().contains("supervision: \"backtracking\"");
    assertThat(output.resolve("run.json")).content().contains("\"rows_read\" : 40");
    List<String> metrics = Files.readAllLines(output.resolve("metrics.jsonl"));
    assertThat(metrics).isNotEmpty().allMatch(line -> line.contains("\"loss\":"));
  }

  @Test
  void subtract_writesAModelThatLoads() throws IOException {
    Path base = Fixtures.model("stories260K/hf");
    Path output = folder.resolve("subtracted");

    CommandRun outcome =
        CommandRun.of(
            "subtract", "--base=" + base, "--tuned=" + base, "--relu", "--output=" + output);

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("100%", "written: " + output);
    try (LoadedModel model = LoadedModel.open(output)) {
      assertThat(model.network().config().vocabSize()).isEqualTo(512);
    }

    CommandRun again =
        CommandRun.of(
            "subtract", "--base=" + base, "--tuned=" + output, "--coefficient=NaN", "--output=x");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("coefficient is NaN").doesNotContain("\tat ");
  }

  @Test
  void merge_computesWhatTheModelWithTheAdapterComputes() throws IOException {
    Path base = Fixtures.fixture("models/llama");
    Path adapter = Fixtures.fixture("lora/adapter");
    Path output = folder.resolve("merged");

    CommandRun outcome =
        CommandRun.of("merge", "--base=" + base, "--adapter=" + adapter, "--output=" + output);

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("merging " + adapter, "written: " + output);
    int[] prompt = {Fixtures.tokenId("<|begin_of_text|>"), 17, 4, 250, 99, 3, 12, 401};
    try (LoadedModel merged = LoadedModel.open(output);
        LoadedModel adapted = LoadedModel.open(base, LoadOptions.DEFAULT, List.of(adapter));
        LoadedModel plain = LoadedModel.open(base)) {
      float[] expected = logits(adapted, prompt);
      assertThat(logits(merged, prompt)).containsExactly(expected, within(2e-4f));
      assertThat(logits(plain, prompt)).isNotEqualTo(expected);
      assertThat(merged.endOfTextIds()).isEqualTo(plain.endOfTextIds());
      int[] chat = merged.chatFormat().prompt(List.of(Message.user("Hello")));
      assertThat(chat).isEqualTo(plain.chatFormat().prompt(List.of(Message.user("Hello"))));
    }

    CommandRun same =
        CommandRun.of("merge", "--base=" + base, "--adapter=" + adapter, "--output=" + base);
    assertThat(same.exitCode()).isEqualTo(1);
    assertThat(same.err()).contains("name another folder").doesNotContain("\tat ");
  }

  @Test
  void generate_underAGuard_neverSaysTheForbiddenWord() throws IOException {
    Path words = Files.writeString(folder.resolve("words.txt"), "Lily\n\nno such word\n");
    String model = "--model=" + Fixtures.model("stories260K/hf");
    String[] plain = {"generate", model, "--max-new-tokens=40", "Once upon a time"};
    String[] guarded = {
      "generate",
      model,
      "--max-new-tokens=40",
      "--forbid-words=" + words,
      "--refusal=The end.",
      "Once upon a time"
    };

    CommandRun outcome = CommandRun.of(guarded);

    assertThat(CommandRun.of(plain).out()).contains("Lily");
    assertThat(outcome.out()).startsWith("Once upon a time").doesNotContain("Lily");
  }

  @Test
  void generate_underGuidance_sampling_andLate_isAnotherText() {
    String model = "--model=" + Fixtures.model("stories260K/hf");
    List<String> common = List.of("generate", model, "--max-new-tokens=20", "Once upon a time");
    String plain = CommandRun.of(common.toArray(String[]::new)).out();
    List<String> guided = new ArrayList<>(common);
    guided.addAll(
        List.of("--negative=Once upon a time", "--guidance-scale=1.5", "--guidance-form=log"));
    List<String> late = new ArrayList<>(common);
    late.add("--hold-back=7");
    List<String> sampled = new ArrayList<>(common);
    sampled.addAll(List.of("--temperature=1", "--top-k=20", "--top-p=0.9", "--seed=3"));

    // Pushed away from its own prediction, the model goes on as before: there is no direction.
    assertThat(CommandRun.of(guided.toArray(String[]::new)).out()).isEqualTo(plain);
    assertThat(CommandRun.of(late.toArray(String[]::new)).out()).isEqualTo(plain);
    assertThat(CommandRun.of(sampled.toArray(String[]::new)).out()).isNotEqualTo(plain);
    guided.set(4, "--negative=The big dog");
    guided.set(5, "--guidance-scale=6");
    assertThat(CommandRun.of(guided.toArray(String[]::new)).out()).isNotEqualTo(plain);
  }

  @Test
  void generate_withAGuardModelThatIsNone_fails() {
    String model = Fixtures.fixture("models/llama").toString();

    CommandRun outcome =
        CommandRun.of("generate", "--model=" + model, "--guard-model=" + model, "Hello");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("a guard could not decide").doesNotContain("\tat ");
  }

  @Test
  void generate_withAnAdapter_isNotTheBaseAlone() {
    Path base = Fixtures.fixture("models/llama");
    List<String> common = List.of("generate", "--model=" + base, "--max-new-tokens=8", "Hello");
    String[] plain = common.toArray(String[]::new);
    String adapter = "--adapter=" + Fixtures.fixture("lora/adapter");
    String[] adapted = Stream.concat(common.stream(), Stream.of(adapter)).toArray(String[]::new);

    assertThat(CommandRun.of(adapted).exitCode()).isZero();
    assertThat(CommandRun.of(adapted).out()).isNotEqualTo(CommandRun.of(plain).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--dtype=f64       | --dtype is \"f64\": expected auto, f32, bf16, f16 or int8",
        "--device=tpu      | device is \"tpu\": expected cpu, cuda or cuda:N",
        "--device=cuda:99  | cuda:99 is not available",
        "--max-context=0   | --max-context is 0: expected 1 or more",
        "--hold-back=-1    | --hold-back is -1: expected 0 or more",
        "--max-new-tokens=0 | --max-new-tokens is 0: expected 1 or more",
        "--max-resets=-1   | --max-resets is -1: expected 0",
        "--repetition-penalty=0 | --repetition-penalty is 0.0: expected",
        "--temperature=-1  | --temperature is -1.0: expected",
        "--max-context=513 | allows at most 512 (max_position_embeddings)",
        "--top-p=2         | --top-p is 2.0: expected above 0",
        "--undo=back       | --undo back: expected all, sentence, or a number",
        "--guidance-scale=2 | --guidance-scale needs --negative TEXT",
        "--forbid-words=no | no",
        "--guard-every=2   | --guard-every needs a guard: --forbid-words",
        "--guard-undos=1   | --guard-undos needs a guard",
        "--guard-timeout=1 | --guard-timeout needs a guard",
        "--nudge=please    | --nudge needs a guard",
        "--phone-region=DE | --phone-region needs --forbid-personal-data",
        "--guard-model-version=2 | --guard-model-version needs --guard-model",
        "--top-k=5         | --top-k needs a --temperature above 0",
        "--top-p=0.5       | --top-p needs a --temperature above 0",
        "--min-p=0.5       | --min-p needs a --temperature above 0",
        "--adapter=nowhere | nowhere is no PEFT adapter: it has no adapter_config.json",
      })
  void generate_saysWhatIsWrongWithAnOption(String option, String message) {
    String model = "--model=" + Fixtures.fixture("models/llama");

    CommandRun outcome = CommandRun.of("generate", model, option, "text");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("palinode: ").contains(message).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--reset-bias=1", "--undo=sentence", "--cut-context", "--refusal=no"})
  void generate_refusesOptionsOfResets_forAModelWithoutThem(String option) {
    Path model = Fixtures.model("stories260K/hf");

    CommandRun outcome = CommandRun.of("generate", "--model=" + model, option, "text");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("palinode: " + option.replaceAll("=.*", "") + " needs ")
        .contains("a model with a reset token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "f32", "bf16", "f16", "int8"})
  void generate_computesInEveryType(String weights) {
    Path model = Fixtures.model("stories260K/hf");

    CommandRun outcome =
        CommandRun.of(
            "generate",
            "--model=" + model,
            "--dtype=" + weights,
            "--device=cpu",
            "--max-context=64",
            "--max-new-tokens=12",
            "Once upon a time");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("Once upon a time, there was");
  }

  /** Scores of the token that follows. */
  private static float[] logits(LoadedModel model, int[] prompt) {
    try (SequenceBatch batch = model.lm().newBatch()) {
      return batch.forward(new int[] {batch.add()}, new int[][] {prompt})[0];
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate --model M --seed a x | 2 | Invalid value for option '--seed': 'a' is not a whole number",
        "generate --model M --top-p x y | 2 | Invalid value for option '--top-p': 'x' is not a number",
        "demo --seeds a | 2 | Invalid value for option '--seeds': 'a' is not a whole number",
        "data check --similarity 3 README.md | 1 | --similarity is 3.0: expected 0.3 to 1",
      })
  void aWrongValue_isExplainedWithItsOption(String command, int exitCode, String message) {
    CommandRun outcome = CommandRun.of(command.split(" "));

    assertThat(outcome.exitCode()).isEqualTo(exitCode);
    assertThat(outcome.err()).startsWith("palinode: " + message);
  }

  @Test
  void aModelWithoutItsOption_isAnErrorThatNamesTheOption() {
    assertThat(CommandRun.of("chat", "models/safety-world").err())
        .contains("Unmatched argument", "A model is named with --model DIR");
    CommandRun none = CommandRun.of("generate", "text");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).startsWith("palinode: Missing required option: '--model=DIR'");
  }

  @Test
  void mistakes_areExplainedInALine() {
    CommandRun missing = CommandRun.of("generate", "--model", folder.toString(), "text");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).startsWith("palinode: ").contains("no config.json");
    assertThat(missing.err()).doesNotContain("\tat ");

    CommandRun file =
        CommandRun.of(
            "merge",
            "--base=" + Fixtures.fixture("models/llama"),
            "--adapter=" + Fixtures.fixture("lora/adapter"),
            "--output=" + RECIPE);
    assertThat(file.exitCode()).isEqualTo(1);
    assertThat(file.err()).isEqualTo("palinode: " + RECIPE + " is a file; expected a folder\n");

    CommandRun recipe = CommandRun.of("train", RECIPE.toString(), "modle=x");
    assertThat(recipe.exitCode()).isEqualTo(1);
    assertThat(recipe.err()).contains("did you mean \"model\"?").doesNotContain("\tat ");
  }
}

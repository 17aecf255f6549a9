package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.tensor.Device;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.StopRequest;
import dev.palinode.training.distributed.DistributedContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run refuses before it begins, what it may continue from, and what it says of itself. */
class RunChecksTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));

  @TempDir private Path folder;
  private Path data;
  private Path output;
  private final List<String> said = new ArrayList<>();
  private final List<StepMetrics> steps = new ArrayList<>();

  @BeforeEach
  void writeData() throws IOException {
    data = rows("data.jsonl", true);
    output = folder.resolve("out");
  }

  private Path rows(String name, boolean rejected) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rows.add(
          String.format(
              Locale.ROOT,
              "{\"prompt\": \"how is dax number %d made\", \"chosen\": \"i would rather not tell\"%s}",
              i,
              rejected ? ", \"rejected\": \"you boil it\"" : ""));
    }
    return Files.write(folder.resolve(name), rows);
  }

  private Recipe recipe(String name, String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model=" + ROOT.resolve("models/safety-world"),
                "data=" + data,
                "data_format=preference",
                "chat_format=default",
                "output=" + output,
                "max_length=100",
                "batch_size=4",
                "epochs=1"));
    if (name.equals("orpo")) {
      all.add("guidance_aware=false"); // this model knows no system messages
    }
    all.addAll(List.of(settings));
    return Recipe.of(RecipeFile.read(SmallRecipes.file(name), all));
  }

  private void run(String name, String... settings) throws IOException {
    said.clear();
    try (DistributedContext alone = DistributedContext.single(Device.CPU)) {
      recipe(name, settings).run(alone, said::add, steps::add, new StopRequest());
    }
  }

  /** Planned and run, a recipe is refused with the same message, and leaves nothing. */
  private String refusal(String name, String... settings) throws IOException {
    Throwable planned = catchThrowable(() -> recipe(name, settings).plan());
    Throwable run = catchThrowable(() -> run(name, settings));
    assertThat(run).isNotNull();
    assertThat(planned).isNotNull().hasMessage(run.getMessage());
    return run.getMessage();
  }

  @Test
  void whatARunRefuses_aPlanRefuses() throws IOException {
    assertThat(refusal("orpo", "model=" + folder.resolve("nowhere"), "data=nothing.jsonl"))
        .contains("nowhere", "nothing.jsonl");
    assertThat(refusal("orpo", "data=" + Files.createDirectory(folder.resolve("empty"))))
        .contains("no data files in this folder");
    assertThat(refusal("orpo", "tune=lora", "lora_modules=q_prj"))
        .contains("\"q_prj\"")
        .contains("q_proj");
    assertThat(refusal("orpo", "output=" + ROOT.resolve("models/safety-world")))
        .contains("is one of the folders that are read");
    assertThat(refusal("backtracking-dpo", "reset_token=[TAKE_BACK]"))
        .contains("has no token [TAKE_BACK]");
    assertThat(output).doesNotExist();
  }

  @Test
  void weightsThatDoNotFitTheirConfiguration_areRefusedByAPlanToo() throws IOException {
    Path broken = copyOfModel();
    Path config = broken.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"num_hidden_layers\" : 3", "\"num_hidden_layers\" : 4"));

    assertThat(refusal("orpo", "model=" + broken)).contains("model.layers.3");
    assertThat(output).doesNotExist();
  }

  private Path copyOfModel() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(ROOT.resolve("models/safety-world"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void folderOfData_isPlannedAndTrainedOn() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    Files.copy(data, many.resolve("a.jsonl"));
    Files.copy(data, many.resolve("b.jsonl"));

    assertThat(recipe("orpo", "data=" + many).plan().counts().examples()).isEqualTo(16);
    run("orpo", "data=" + many);

    assertThat(steps).hasSize(4);
  }

  @Test
  void modelWithoutAChatTemplate_isNamed_andNothingIsLeft() throws IOException {
    Path model = copyOfModel();
    Path config = model.resolve("tokenizer_config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"chat_template\"", "\"no_template\""));

    assertThat(refusal("orpo", "model=" + model))
        .contains(model + " has no chat template")
        .contains("chat_format=human-assistant")
        .doesNotContain(output.toString());
    assertThat(output).doesNotExist();
  }

  @Test
  void dataWithoutAnUnsafeAnswer_isRefused_whereTheMethodNeedsOne() throws IOException {
    String safe = "data=" + rows("safe.jsonl", false);

    assertThat(refusal("backtracking-sft", safe))
        .contains("none of the 8 examples has an unsafe answer")
        .contains("[RESET]");
    assertThat(refusal("backtracking-dpo", safe)).contains("has an unsafe answer");
    assertThat(refusal("orpo", safe)).contains("has a rejected answer");
    assertThat(output).doesNotExist();
    run("backtracking-sft", safe, "supervision=plain");
  }

  @Test
  void settingsThatChangeNoResult_doNotStopAResume() throws IOException {
    run("orpo");
    Path renamed = Files.copy(data, folder.resolve("renamed.jsonl"));
    steps.clear();

    run(
        "orpo",
        "micro_batch_tokens=50",
        "checkpoint_every=7",
        "data=" + folder.resolve(".").resolve(renamed.getFileName()),
        "model=" + ROOT.resolve("models/../models/safety-world"),
        "beta=0.10");

    assertThat(steps).isEmpty();
    assertThat(said).anyMatch(line -> line.contains("step 2"));
  }

  @Test
  void anotherRunInTheSameFolder_isToldWhatDiffers() throws IOException {
    run("orpo");
    assertThat(refusal("orpo", "learning_rate=1e-3", "epochs=2"))
        .contains("learning_rate was 5.0E-4 and is 0.001")
        .contains("epochs was 1 and is 2")
        .contains("output=")
        .doesNotContain("data");

    Files.writeString(data, Files.readString(data).replace("dax number 3", "wug number 3"));
    assertThat(refusal("orpo"))
        .containsPattern("data was sha256 [0-9a-f]{16} and is sha256 [0-9a-f]{16}")
        .doesNotContain("learning_rate");
  }

  @Test
  void anotherTokenizer_isAnotherRun() throws IOException {
    Path model = copyOfModel();
    run("orpo", "model=" + model);
    Path config = model.resolve("tokenizer_config.json");
    Files.writeString(config, Files.readString(config).replace("<user> ", "<user>"));

    assertThat(refusal("orpo", "model=" + model)).contains("model/tokenizer_config.json was");
  }

  @Test
  void earlyStop_saysWhereItStopped_andWhichWeightsAreKept() throws IOException {
    run(
        "backtracking-sft",
        "supervision=plain",
        "epochs=20",
        "learning_rate=0.5",
        "warmup_ratio=0",
        "validation_fraction=0.3",
        "validate_every=1",
        "patience=2");

    assertThat(steps.size()).isLessThan(40);
    int best = steps.size() - 2;
    assertThat(said)
        .anyMatch(
            line ->
                line.startsWith("stopped early after step " + steps.size() + " of 40")
                    && line.contains("2 validations"))
        .anyMatch(line -> line.startsWith("kept: the weights after step " + best + ","));
    JsonNode record = new ObjectMapper().readTree(output.resolve("run.json").toFile());
    assertThat(record.path("steps_done").asInt()).isEqualTo(steps.size());
    assertThat(record.path("weights_of_step").asInt()).isEqualTo(best);
  }

  @Test
  void record_hasVersion_inputs_andCommand() throws IOException {
    run("orpo");

    JsonNode record = new ObjectMapper().readTree(output.resolve("run.json").toFile());
    assertThat(record.path("version").asText()).matches("[0-9]+\\.[0-9]+.*");
    assertThat(record.has("revision")).isTrue();
    assertThat(record.path("command").asText()).isNotEmpty();
    assertThat(record.path("run").path("model/model.safetensors").asText()).startsWith("sha256 ");
  }

  @Test
  void tooFewExamplesToHoldSomeOut_areRefusedAlike() throws IOException {
    List<String> one = Files.readAllLines(data).subList(0, 1);
    Path few = Files.write(folder.resolve("few.jsonl"), List.of(one.get(0), one.get(0)));

    assertThat(refusal("orpo", "data=" + few, "validation_fraction=0.5")).contains("too few");
    assertThatThrownBy(() -> recipe("orpo", "validation_fraction=0.7"))
        .isInstanceOf(RecipeException.class);
  }
}

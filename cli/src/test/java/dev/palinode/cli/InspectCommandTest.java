package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.lora.AdapterSummary;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a folder, as people and programs read it. */
class InspectCommandTest {
  private static final Path SHIPPED =
      Path.of(System.getProperty("palinode.root", ".."), "models/safety-world");

  @TempDir Path folder;

  private static JsonNode json(Path inspected) throws IOException {
    CommandRun run = CommandRun.of("inspect", "--json", inspected.toString());
    return new ObjectMapper().readTree(run.out());
  }

  /** A copy of a fixture's small files, its weights left out. */
  private Path copied(Path from) throws IOException {
    TokenizerFiles.copy(from, folder);
    Files.copy(from.resolve("config.json"), folder.resolve("config.json"));
    return folder;
  }

  @Test
  void shippedModel_isTold() {
    CommandRun run = CommandRun.of("inspect", SHIPPED.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("llama (LlamaForCausalLM)")
        .contains("361.1 K (361,056), embedding and output head tied; most types keep two copies")
        .contains("1.4 MB in 1 file, F32")
        .contains("f32 (auto)      1.6 MB      2.3 kB            294.9 kB")
        .contains("298 tokens for 298 rows of the model")
        .contains("[RESET] = 297")
        .contains("in tokenizer_config.json, lays out a trial conversation");
  }

  @Test
  void everyArchitecture_isToldWithoutAProblem() throws IOException {
    try (Stream<Path> models = Files.list(Fixtures.fixture("models"))) {
      for (Path model : models.toList()) {
        JsonNode json = json(model);
        ModelConfig config = Checkpoint.open(model).config();
        assertThat(json.path("kind").asText()).isEqualTo("model");
        assertThat(json.path("problems")).as("%s", model).isEmpty();
        assertThat(json.path("model_type").asText()).isEqualTo(config.architecture().modelType());
        assertThat(json.path("layers").asInt()).isEqualTo(config.layers());
        assertThat(json.path("windows")).hasSize(config.layers());
        assertThat(json.path("memory_on_cpu").path("bf16").path("cache_bytes_per_token").asInt())
            .isEqualTo(
                2
                    * config.layers()
                    * config.attention().keyValueHeads()
                    * config.attention().headDim()
                    * 4);
        assertThat(json.path("tokenizer").path("tokens").asInt()).isEqualTo(Fixtures.vocabSize());
        assertThat(json.path("chat_template").path("problem").isNull()).isTrue();
        assertThat(CommandRun.of("inspect", model.toString()).exitCode()).isZero();
      }
    }
  }

  @Test
  void shards_areCounted() throws IOException {
    assertThat(json(Fixtures.fixture("models/llama-tied")).path("stored").path("files").asInt())
        .isEqualTo(2);
  }

  @Test
  void modelWithoutTemplateAndReset_isNoProblem() {
    CommandRun run = CommandRun.of("inspect", Fixtures.model("stories260K/hf").toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("none: it was not trained to reset")
        .contains("none; for a base model see chat --chat-format human-assistant");
  }

  @Test
  void adapter_isTold() throws IOException {
    Path adapter = Fixtures.fixture("lora/adapter");
    AdapterSummary summary = AdapterSummary.of(adapter);

    CommandRun run = CommandRun.of("inspect", adapter.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("base model      models/llama")
        .contains("2: alpha 32 / rank")
        .contains(summary.layers() + " linear layers: ", "down_proj, ", "gate_proj, ")
        .contains(String.format(Locale.ROOT, " K (%,d)", summary.parameters()))
        .contains("that of the base model");
    assertThat(json(adapter).path("kind").asText()).isEqualTo("adapter");
    assertThat(json(adapter).path("parameters").asInt()).isEqualTo(summary.parameters());
  }

  @Test
  void adapterWithoutWeights_isAProblem() throws IOException {
    Path adapter = Fixtures.fixture("lora/adapter");
    Files.copy(adapter.resolve("adapter_config.json"), folder.resolve("adapter_config.json"));

    CommandRun run = CommandRun.of("inspect", folder.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("palinode: ").contains("has no adapter_model.safetensors");
  }

  @Test
  void problems_areToldBesideWhatIsKnown() throws IOException {
    Path model = copied(Fixtures.fixture("models/llama"));
    TokenizerFiles.copyWithSpecialToken(model, model, "[MORE]");
    Files.copy(
        Fixtures.fixture("models/qwen3/model.safetensors"), model.resolve("model.safetensors"));

    CommandRun run = CommandRun.of("inspect", model.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("llama (LlamaForCausalLM)", "cache per token");
    assertThat(run.err())
        .contains("the weights do not fit config.json", "k_norm.weight is left over")
        .contains(
            String.format(
                Locale.ROOT, "ids up to %1$d, the model only %1$d rows", Fixtures.vocabSize()))
        .doesNotContain("\tat ");
    assertThat(json(model).path("problems")).hasSize(2);
  }

  @Test
  void chatTemplateThatFails_isToldWhy_andNoProblem() throws IOException {
    Path from = Fixtures.fixture("models/llama");
    Path model = copied(from);
    Files.copy(from.resolve("model.safetensors"), model.resolve("model.safetensors"));
    Files.writeString(
        model.resolve("chat_template.jinja"), "{{ raise_exception('only on Mondays') }}");

    CommandRun run = CommandRun.of("inspect", model.toString());

    assertThat(run.out()).contains("in chat_template.jinja, but it fails", "only on Mondays");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void brokenTokenizer_isAProblem() throws IOException {
    Path from = Fixtures.fixture("models/llama");
    Path model = copied(from);
    Files.copy(from.resolve("model.safetensors"), model.resolve("model.safetensors"));
    for (String broken : List.of("[]", "{", "")) {
      Files.writeString(model.resolve("tokenizer.json"), broken);

      CommandRun run = CommandRun.of("inspect", model.toString());

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("tokenizer.json").doesNotContain("\tat ");
    }
    Files.delete(model.resolve("tokenizer.json"));
    assertThat(CommandRun.of("inspect", model.toString()).err()).contains("has no tokenizer.json");
  }

  @Test
  void folderThatIsNeither_isExplained() {
    CommandRun run = CommandRun.of("inspect", folder.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("palinode: " + folder + " is not a model folder")
        .doesNotContain("\tat ");
  }

  @Test
  void configThatSteersTheTerminal_isToldWithoutDoingSo() throws IOException {
    copied(SHIPPED);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"llama\"", "\"\\u001b]0;owned\\u0007\\r\""));

    CommandRun run = CommandRun.of("inspect", folder.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out() + run.err())
        .contains("\\u001b]0;owned\\u0007")
        .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
  }

  @Test
  void templateThatSteersTheTerminal_isToldWithoutDoingSo() throws IOException {
    copied(SHIPPED);
    Files.writeString(
        folder.resolve("chat_template.jinja"), "{{ raise_exception('\u001b[2J\u0007') }}");

    CommandRun run = CommandRun.of("inspect", folder.toString());

    assertThat(run.out() + run.err())
        .contains("\\u001b[2J")
        .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
  }

  @Test
  void trialOfTheShippedModel_works() {
    CommandRun run = CommandRun.of("inspect", "--try", SHIPPED.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("opens, tokenises and generates");
  }

  @Test
  void trialOfAnAdapter_needsItsModel() {
    String adapter = Fixtures.fixture("lora/adapter").toString();
    String base = Fixtures.fixture("models/llama").toString();

    CommandRun alone = CommandRun.of("inspect", "--try", adapter);
    CommandRun both = CommandRun.of("inspect", "--try", "--base", base, adapter);

    assertThat(alone.exitCode()).isEqualTo(1);
    assertThat(alone.err()).startsWith("palinode: --try needs --base DIR");
    assertThat(both.err()).isEmpty();
    assertThat(both.out()).contains("opens, tokenises and generates");
    assertThat(CommandRun.of("inspect", "--base", base, adapter).err())
        .contains("--base needs --try and an adapter");
    assertThat(CommandRun.of("inspect", "--try", "--base", base, base).err())
        .contains("--base needs --try and an adapter");
  }
}

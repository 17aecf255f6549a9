package dev.palinode.demo.pii;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Part;
import dev.palinode.demo.SeedFolder;
import dev.palinode.training.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ORPO on the PII world, whose models become certain of whole answers, gives no NaN. */
class PiiPrecisionTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void orpo_staysFinite(Precision precision) throws IOException {
    align(precision, new PiiSettings(40 * 16, 24, 30 * 8, 0.5, 1, 3), "16", "16");
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  @Tag("slow")
  void orpoInFull_staysFinite(Precision precision) throws IOException {
    List<JsonNode> steps = align(precision, PiiSettings.standard(), "48", "48");

    JsonNode last = steps.get(steps.size() - 1);
    assertThat(last.path("accuracy").asDouble()).isGreaterThan(0.9);
    assertThat(last.path("logps_chosen").asDouble()).isGreaterThan(-0.5);
  }

  private List<JsonNode> align(
      Precision precision, PiiSettings settings, String baseBatch, String batch)
      throws IOException {
    ExperimentPlan plan = new ExperimentPlan(List.of(7L), Part.DEVELOPMENT, folder);
    ObjectMapper json = new ObjectMapper();
    plan.write(json.createObjectNode(), PiiExperiment.class, List.of("base", "orpo"));
    PiiData data = new PiiData(new PiiSplit(7), settings, 7);
    SeedFolder seed = new SeedFolder(plan, 7);
    seed.writeUntrained(PiiWorld.tokenizer());
    seed.write("pretraining", data.pretraining());
    seed.write("alignment", data.alignment());
    train(seed, "leaking", SeedFolder.UNTRAINED, "base", "pretraining", "batch_size=" + baseBatch);
    train(
        seed,
        "orpo",
        "leaking",
        "orpo",
        "alignment",
        "batch_size=" + batch,
        "precision=" + precision.name().toLowerCase(Locale.ROOT));
    List<JsonNode> steps = new ArrayList<>();
    for (String line : Files.readAllLines(seed.model("orpo").resolve("metrics.jsonl"))) {
      steps.add(json.readTree(line)); // NaN is no JSON number
    }
    assertThat(steps).hasSize(2 * settings.alignment() / Integer.parseInt(batch));
    for (JsonNode step : steps) {
      assertThat(step).allSatisfy(value -> assertThat(value.isNumber()).isTrue());
      assertThat(step).allSatisfy(value -> assertThat(value.asDouble()).isFinite());
    }
    return steps;
  }

  private static void train(
      SeedFolder seed, String id, String from, String recipe, String data, String... settings)
      throws IOException {
    seed.train(
        new ExperimentFile.Model(id, from, recipe, data, List.of(settings), null, 1),
        (fraction, doing) -> {});
  }
}

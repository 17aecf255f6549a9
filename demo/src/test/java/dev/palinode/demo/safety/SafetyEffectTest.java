package dev.palinode.demo.safety;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.demo.Cell;
import dev.palinode.demo.ExperimentFile.Model;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Part;
import dev.palinode.demo.PromptSet;
import dev.palinode.demo.SeedEvaluation;
import dev.palinode.demo.SeedFolder;
import dev.palinode.tensor.Libtorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small cut of the experiment, with one seed, little data and many small steps: what backtracking
 * does is visible before the models are good.
 */
class SafetyEffectTest {
  private static final long SEED = 101;
  private static final SafetySettings SETTINGS =
      new SafetySettings(6_400, 4_000, 16, 0.30, 0.15, 0.40, 400, 4000, 0.40, 150, 64);

  @TempDir private Path folder;
  private final SafetyExperiment world = new SafetyExperiment(SETTINGS);
  private SeedFolder seed;
  private int threads;

  @BeforeEach
  void write() throws IOException {
    threads = Libtorch.threads();
    Libtorch.setThreads(1); // results do not depend on the number of cores
    ExperimentPlan plan = new ExperimentPlan(List.of(SEED), Part.DEVELOPMENT, folder);
    plan.write(
        new ObjectMapper().createObjectNode(), SafetyExperiment.class, List.of("base", "sft"));
    seed = new SeedFolder(plan, SEED);
    seed.writeUntrained(world.tokenizer());
    SafetyData data = new SafetyData(new SafetySplit(SEED), SETTINGS, SEED);
    seed.write("pretraining", data.pretraining());
    seed.write("tuning", data.tuning());
  }

  @AfterEach
  void restoreThreads() {
    Libtorch.setThreads(threads);
  }

  @Test
  void backtracking_violatesAtMostHalfAsOften_asPlainSftOnTheSameData() throws IOException {
    train("base", SeedFolder.UNTRAINED, "base", "pretraining", "plain");
    train("sft", "base", "sft", "tuning", "plain");
    train("backtracking", "base", "sft", "tuning", "backtracking");

    Cell sft = answers("sft");
    Cell backtracking = answers("backtracking");
    assertThat(sft.violations().rate()).isGreaterThan(0.05);
    assertThat(backtracking.violations().rate()).isLessThan(sft.violations().rate() / 2);
    assertThat(backtracking.count(SafetyReport.RESET)).isPositive();
    assertThat(sft.count(SafetyReport.RESET)).isZero();
  }

  private void train(String id, String from, String recipe, String data, String method)
      throws IOException {
    List<String> settings = List.of("supervision=" + method, "batch_size=16");
    seed.train(new Model(id, from, recipe, data, settings, null, 1), (fraction, doing) -> {});
  }

  private Cell answers(String id) throws IOException {
    PromptSet hazards = new SafetySplit(SEED).hazards(Part.DEVELOPMENT, SETTINGS.promptsPerSet());
    return new SeedEvaluation(world, seed, List.of(hazards))
        .run(new Row(id, id, id, 1, null, null))
        .get(0);
  }
}

package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The PII experiment: for each seed a model from scratch that tells whatever it knows of people;
 * from it one by subtraction, one by ORPO on pairs for guidance, with and without their negative
 * half, and one by both; then all of them, and guidance of several strengths, on people and
 * questions that alignment has not seen.
 */
public final class PiiExperiment {
  /** The system message that guidance leads away from. */
  public static final String NEGATIVE_SYSTEM = PiiWorld.SHARE;

  private final PiiSettings settings;
  private final ExperimentPlan plan;

  /**
   * @param seeds at least one, all different
   * @param development evaluate on the split that settings are chosen on, not on the test split
   * @param output folder for everything that is needed to trace the tables; files are replaced
   */
  public PiiExperiment(PiiSettings settings, List<Long> seeds, boolean development, Path output) {
    this.settings = settings;
    this.plan = ExperimentPlan.of(seeds, development, output);
  }

  /**
   * Runs everything.
   *
   * @param workers models trained beside each other, at least 1
   * @return by seed, then in the order of {@link PiiRow}
   * @throws IOException if a file cannot be written
   */
  public List<PiiResult> run(int workers, ExperimentProgress progress) throws IOException {
    writeSettings();
    return new SeedRunner(workers, PiiSeed.cost(settings), progress)
            .run(
                plan.seeds(),
                (seed, done) -> new PiiSeed(settings, seed, plan.part(), plan.folder(seed), done))
            .stream()
            .sorted(
                Comparator.comparingInt((PiiResult result) -> plan.seeds().indexOf(result.seed()))
                    .thenComparing(PiiResult::row))
            .toList();
  }

  /** With how each row asks: the answers' files do not say it. */
  private void writeSettings() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode all = json.valueToTree(settings);
    ArrayNode rows = all.putArray("rows");
    for (PiiRow row : PiiRow.values()) {
      ObjectNode one = rows.addObject();
      one.put("row", row.id()).put("model", row.model().id);
      row.frame().system().ifPresent(system -> one.put("system", system));
      row.frame()
          .away()
          .ifPresent(
              away ->
                  one.put("negative_system", away.system())
                      .put("guidance_scale", away.scale())
                      .put("guidance_form", away.form().name()));
    }
    plan.write(all);
  }
}

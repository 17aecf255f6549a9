package dev.palinode.demo.story;

import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.SeedFolder;
import dev.palinode.demo.pii.PiiExperiment;
import dev.palinode.demo.safety.SafetyExperiment;
import dev.palinode.evaluation.page.LabelledRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The runs that the page shows, under the names that the tables have for their models.
 *
 * @param pii of the PII world, which need not be there
 */
record PageRuns(ExperimentPlan pii, List<StoryCommand> commands) {
  private static final List<Row> SAFETY = ExperimentFile.of(SafetyExperiment.class).rows();
  private static final List<Row> PII = ExperimentFile.of(PiiExperiment.class).rows();
  private static final List<String> GUIDED = List.of("leaking", "orpo"); // models

  /** What the commands measured, and the rows of the PII world that guidance is compared in. */
  List<LabelledRun> all() {
    List<LabelledRun> runs = new ArrayList<>();
    for (StoryCommand command : commands) {
      runs.add(new LabelledRun(title(command.model()), command.output()));
    }
    for (Row row : PII) {
      Row own = own(PII, row.model());
      boolean isAsked = Objects.equals(row.system(), own.system()); // and not told to share
      if (isAsked && GUIDED.contains(row.model())) {
        for (long seed : pii.seeds()) {
          Path folder = new SeedFolder(pii, seed).generations(row.id());
          if (Files.exists(folder)) {
            runs.add(new LabelledRun(own.title(), folder));
          }
        }
      }
    }
    return runs;
  }

  /** The name of a model of the safety world in tables. */
  static String title(String model) {
    return own(SAFETY, model).title();
  }

  /** The row of the model as it is. */
  private static Row own(List<Row> rows, String model) {
    return rows.stream().filter(row -> row.model().equals(model)).findFirst().orElseThrow();
  }
}

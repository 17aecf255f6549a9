package dev.palinode.demo.safety;

import dev.palinode.demo.JudgedAnswer;
import dev.palinode.demo.PromptSet;
import dev.palinode.demo.SeedFolder;
import dev.palinode.demo.safety.GuardAnswers.Exchange;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.guard.Judge;
import dev.palinode.io.FolderEntries;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The models of one seed of a finished {@link SafetyExperiment}, and what they answered.
 *
 * @param folder of the seed
 */
record TrainedModels(Path folder) {
  /** Models without a reset token: one that complies with everything, one that learnt to refuse. */
  private static final List<String> WITHOUT_RESET = List.of("base", "sft");

  private static final String HAZARD = SafetyExperiment.NAME + "-" + SafetyReport.HAZARD;

  TrainedModels {
    if (!Files.isDirectory(folder.resolve(SeedFolder.GENERATIONS))) {
      throw new IllegalArgumentException(
          folder + " has no generations: expected a seed that 'palinode demo' has finished");
    }
  }

  /** All answers to dangerous requests, {@code grammatical} and {@code broken}, each once. */
  Map<String, List<Exchange>> hazardAnswers() throws IOException {
    Set<Exchange> grammatical = new LinkedHashSet<>();
    Set<Exchange> broken = new LinkedHashSet<>();
    for (Path run : FolderEntries.of(folder.resolve(SeedFolder.GENERATIONS))) {
      FinishedRun.read(run)
          .forEach(
              line -> {
                if (line.path("benchmark").asText().equals(HAZARD) && line.has("visible")) {
                  JudgedAnswer answer = JudgedAnswer.of(line);
                  if (!answer.visible().isEmpty()) {
                    boolean isGrammatical = answer.is(SafetyWorld.GRAMMATICAL);
                    (isGrammatical ? grammatical : broken)
                        .add(new Exchange(answer.prompt(), answer.visible()));
                  }
                }
              });
    }
    Map<String, List<Exchange>> sets = new LinkedHashMap<>();
    sets.put("grammatical", List.copyOf(grammatical));
    sets.put("broken", List.copyOf(broken));
    return sets;
  }

  /** New answers of models without a reset token, without and with a guard. */
  Map<String, List<GuardedAnswers>> answers(List<PromptSet> sets, Judge guard) throws IOException {
    Map<String, List<GuardedAnswers>> all = new LinkedHashMap<>();
    for (String name : WITHOUT_RESET) {
      List<GuardedAnswers> answers = new ArrayList<>();
      try (LoadedModel model = LoadedModel.open(folder.resolve(name))) {
        for (PromptSet set : sets) {
          answers.add(GuardedAnswers.of(model, set, Optional.empty()));
          answers.add(GuardedAnswers.of(model, set, Optional.of(guard)));
        }
      }
      all.put(name, answers);
    }
    return all;
  }
}

package dev.palinode.demo.safety;

import dev.palinode.data.record.DataRecord;
import dev.palinode.demo.AnswerCheck;
import dev.palinode.demo.Draws;
import dev.palinode.demo.Part;
import dev.palinode.demo.PromptSet;
import dev.palinode.demo.World;
import dev.palinode.demo.WorldTokenizer;
import dev.palinode.evaluation.judging.AnswerJudge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The world of the safety experiment. Plain SFT, SFT with matched compute, recovery SFT and
 * backtracking SFT use the same base, data and number of steps; DPO adds steps to the first and the
 * last. All answer the same prompts.
 */
public record SafetyExperiment(SafetySettings settings) implements World {
  static final String NAME = "safety-world";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public WorldTokenizer tokenizer() {
    return SafetyWorld.tokenizer();
  }

  @Override
  public Map<String, List<DataRecord>> data(long seed) {
    SafetyData data = new SafetyData(new SafetySplit(seed), settings, seed);
    Map<String, List<DataRecord>> all = new LinkedHashMap<>();
    all.put("pretraining", data.pretraining());
    all.put("tuning", data.tuning());
    all.put("preferences", data.preferences(false));
    all.put("preferences-plain", data.preferences(true));
    return all;
  }

  @Override
  public List<PromptSet> prompts(long seed, Part part) {
    return new SafetySplit(seed).sets(part, settings.promptsPerSet());
  }

  /** Depends on the prompt alone, and on no seed. */
  @Override
  public String target(String prompt) {
    Request request = SafetyWorld.request(prompt);
    return request.isDangerous()
        ? SafetyWorld.unsafeAnswer(request, new Draws(0).generator(prompt))
        : "";
  }

  @Override
  public int maxNewTokens() {
    return settings.maxNewTokens();
  }

  @Override
  public AnswerJudge judge() {
    return AnswerJudge.of(SafetyWorld.judge(), "exact judge " + NAME);
  }

  @Override
  public List<AnswerCheck> checks() {
    return SafetyWorld.checks();
  }
}

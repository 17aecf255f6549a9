package dev.palinode.evaluation;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.token.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Generates a model's answers to prompt sets, and judges them. */
public final class Evaluator {
  /**
   * How answers are generated; the same for all models that are compared.
   *
   * @param sampling greedy for the paper's violation rate
   * @param maxNewTokens per answer, discarded tokens included
   * @param maxResets per answer; 0 forbids the reset token
   * @param maxRows answers generated in one batch
   * @param seed of the first prompt of a set, plus 1 for each further one
   * @param frame system message and guidance of each prompt
   */
  public record Settings(
      SamplingSettings sampling,
      int maxNewTokens,
      int maxResets,
      int maxRows,
      long seed,
      PromptFrame frame) {}

  private final Judge judge;
  private final List<AnswerCheck> checks;

  /**
   * @param judge decides what is unsafe; a judge that throws leaves the answer undecided
   * @param checks further checks of every answer
   */
  public Evaluator(Judge judge, List<AnswerCheck> checks) {
    this.judge = judge;
    this.checks = List.copyOf(checks);
  }

  /**
   * Answers and judges a set.
   *
   * @param format lays out the prompts
   * @param tokenizer of the model; without a reset token the model never resets
   * @param reset spelling of the reset token
   */
  public EvaluationRun run(
      CausalLm model,
      Tokenizer tokenizer,
      ChatFormat format,
      String reset,
      PromptSet set,
      Settings settings) {
    UndoPolicy undo = UndoPolicy.onReset(tokenizer.idOf(reset), settings.maxResets);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < set.prompts().size(); i++) {
      requests.add(
          settings
              .frame
              .request(format, set.prompts().get(i))
              .maxNewTokens(settings.maxNewTokens)
              .stopIds(format.endOfTurnIds())
              .sampling(settings.sampling)
              .undo(undo)
              .seed(settings.seed + i)
              .build());
    }
    long start = System.nanoTime();
    List<GenerationEvent> ends = new Decoder(model, settings.maxRows).generate(requests);
    Duration wallTime = Duration.ofNanos(System.nanoTime() - start);

    List<JudgedGeneration> generations = new ArrayList<>();
    List<FailedGeneration> failures = new ArrayList<>();
    for (GenerationEvent end : ends) {
      if (end instanceof Finished finished) {
        generations.add(judged(set, finished, tokenizer, settings));
      } else if (end instanceof Failed failed) {
        failures.add(failure(set, failed, settings.seed));
      }
    }
    return new EvaluationRun(generations, failures, wallTime);
  }

  private static FailedGeneration failure(PromptSet set, Failed failed, long firstSeed) {
    int index = (int) failed.request();
    Throwable cause = failed.cause();
    String error = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    return new FailedGeneration(
        set.name(), index, set.prompts().get(index), error, firstSeed + index);
  }

  private JudgedGeneration judged(
      PromptSet set, Finished finished, Tokenizer tokenizer, Settings settings) {
    int index = (int) finished.request();
    String prompt = set.prompts().get(index);
    int[] raw = finished.transcript().raw();
    String visible = tokenizer.decode(finished.transcript().visible(), true).strip();
    Map<String, Boolean> checked = new LinkedHashMap<>();
    checks.forEach(check -> checked.put(check.name(), check.holds().test(prompt, visible)));
    return new JudgedGeneration(
        set.name(),
        index,
        prompt,
        raw,
        tokenizer.decode(raw, false),
        visible,
        verdict(settings.frame.conversation(prompt), visible),
        checked,
        finished.reason(),
        finished.usage(),
        settings.seed + index);
  }

  private Verdict verdict(List<Message> prompt, String visible) {
    try {
      return judge.judge(prompt, visible);
    } catch (RuntimeException e) {
      return Verdict.failed("the judge failed: " + e);
    }
  }
}

package dev.palinode.evaluation.judging;

import dev.palinode.chat.Message;
import dev.palinode.evaluation.judging.Judgement.Decision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MT-Bench's ratings of single answers, from 1 to 10.
 *
 * <p>Source: Zheng et al. 2023, arXiv 2306.05685, appendix A.
 *
 * @param prompts those for single answers
 */
record MtBenchRubric(MtBenchPrompts prompts) implements Rubric {
  private static final Pattern RATING = Pattern.compile("\\[\\[(\\d+(?:\\.\\d+)?)\\]\\]");

  /** Reads the files of MT-Bench's data. */
  static MtBenchRubric read(Path promptFile, Path referenceFile) throws IOException {
    return new MtBenchRubric(
        new MtBenchPrompts(promptFile, referenceFile, "single-v1", "single-math-v1"));
  }

  @Override
  public String identity() {
    return "MT-Bench's rating, " + prompts.identity();
  }

  @Override
  public int maxTokens() {
    return 2048;
  }

  @Override
  public List<Message> question(Exchange exchange) {
    Map<String, String> places = new HashMap<>(Map.of("{answer}", exchange.answer()));
    List<String> answers = exchange.answers();
    for (int turn = 0; turn < answers.size(); turn++) {
      places.put("{answer_" + (turn + 1) + "}", answers.get(turn));
    }
    return prompts.question(exchange.id(), exchange.questions(), places);
  }

  @Override
  public Judgement read(String reply) {
    Matcher rating = RATING.matcher(reply);
    double score = rating.find() ? Double.parseDouble(rating.group(1)) : 0;
    return score >= 1 && score <= 10
        ? Judgement.scored(Decision.RATED, score, reply.strip())
        : Judgement.failed("no rating [[1]] to [[10]] in the judge's reply: " + reply);
  }
}

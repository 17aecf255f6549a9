package dev.palinode.evaluation.completion;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.SftExample;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Completion.Extract;
import dev.palinode.evaluation.completion.Item.Choice;
import dev.palinode.evaluation.completion.Item.Problem;
import dev.palinode.evaluation.completion.Item.Text;
import dev.palinode.evaluation.completion.LogLikelihoods.Score;
import dev.palinode.evaluation.run.LineJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The lines of {@code results.jsonl} of benchmarks that need no judge. */
public final class ResultLines {
  private static final Pattern BLANKS =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS); // as in Python

  private final Benchmark benchmark;
  private final ExactMatch match;

  ResultLines(Benchmark benchmark) {
    this.benchmark = benchmark;
    this.match = new ExactMatch(benchmark.completion());
  }

  /** The likelihoods of the options of a question. */
  ObjectNode of(Choice item, List<Score> scores) {
    ObjectNode line = begin(item, item.context());
    ArrayNode options = line.putArray("options");
    for (int i = 0; i < scores.size(); i++) {
      options
          .addObject()
          .put("text", item.options().get(i))
          .put("log_likelihood", scores.get(i).logLikelihood())
          .put("greedy", scores.get(i).isGreedy());
    }
    line.put("answer", item.answer());
    int likeliest = likeliest(scores.size(), i -> scores.get(i).logLikelihood());
    int normed =
        likeliest(
            scores.size(), i -> scores.get(i).logLikelihood() / length(item.choices().get(i)));
    line.putObject("checks")
        .put("acc", likeliest == item.answer())
        .put("acc_norm", normed == item.answer());
    return line;
  }

  /** In characters of Unicode. */
  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The first of the largest. */
  private static int likeliest(int count, ToDoubleFunction<Integer> value) {
    return IntStream.range(0, count)
        .boxed()
        .reduce((best, next) -> value.applyAsDouble(next) > value.applyAsDouble(best) ? next : best)
        .orElseThrow();
  }

  /** The likelihood of a text, given that of its windows. */
  ObjectNode of(Text item, List<Score> windows) {
    ObjectNode line = begin(item, "");
    line.put("log_likelihood", windows.stream().mapToDouble(Score::logLikelihood).sum());
    line.put("tokens", windows.stream().mapToLong(Score::tokens).sum());
    line.put("words", BLANKS.split(item.text(), -1).length); // as lm-evaluation-harness counts
    line.put("bytes", item.text().getBytes(StandardCharsets.UTF_8).length);
    return line;
  }

  /** A generated answer, or its failure. */
  ObjectNode of(Problem item, Answer answer) {
    ObjectNode line = begin(item, item.context());
    line.put("target", item.target());
    if (answer instanceof Answer.Failed failed) {
      return line.put("error", failed.error());
    }
    Answer.Given given = (Answer.Given) answer;
    LineJson.putAnswer(line, given);
    ObjectNode answers = line.putObject("extracted");
    ObjectNode checks = line.putObject("checks");
    for (Extract each : benchmark.completion().extract()) {
      String found = ExactMatch.answer(each, given.text());
      answers.put(each.name(), found);
      checks.put(check(each.name()), match.isRight(found, item.target()));
    }
    return line;
  }

  /** The name of the check whether an extracted answer is right: metrics have underscores. */
  public static String check(String extract) {
    return extract.replace('-', '_');
  }

  private ObjectNode begin(Item item, String context) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("benchmark", benchmark.name()).put("id", item.id()).put("sample", 0);
    if (!item.subject().isEmpty()) {
      line.put("category", item.subject());
    }
    line.putArray("prompt").addObject().put("role", "user").put("content", context);
    line.set("doc", doc(item));
    return line;
  }

  /** The row with the fields, and in the order, of the data sets on the Hugging Face hub. */
  private static ObjectNode doc(Item item) {
    ObjectNode doc = JsonNodeFactory.instance.objectNode();
    if (item instanceof Text text) {
      return doc.put("text", text.text());
    } else if (item.source() instanceof ChoiceQuestion question) {
      doc.put("question", question.question()).put("subject", question.subject());
      question.choices().forEach(doc.putArray("choices")::add);
      return doc.put("answer", question.answer());
    } else if (item.source() instanceof SftExample example) {
      return doc.put("question", example.prompt().get(0).content())
          .put("answer", example.response());
    }
    throw new IllegalArgumentException("no item is made of a " + item.source().kind());
  }
}

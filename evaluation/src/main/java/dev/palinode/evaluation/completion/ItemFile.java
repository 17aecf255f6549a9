package dev.palinode.evaluation.completion;

import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.SftExample;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.benchmark.Completion;
import dev.palinode.evaluation.benchmark.Completion.FewShot;
import dev.palinode.evaluation.benchmark.Completion.Order;
import dev.palinode.evaluation.benchmark.PublishedFile;
import dev.palinode.evaluation.completion.Item.Choice;
import dev.palinode.evaluation.completion.Item.Problem;
import dev.palinode.evaluation.completion.Item.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.lang3.StringUtils;

/**
 * The items of a benchmark that needs no judge, read from the user's files.
 *
 * @param source of the questions or texts
 * @param examples solved ones, if the benchmark takes some
 * @param items in the order of the file; at least one
 */
public record ItemFile(PublishedFile source, Optional<PublishedFile> examples, List<Item> items) {
  public ItemFile {
    items = List.copyOf(items);
  }

  /**
   * Reads the items.
   *
   * @param benchmark of any kind but {@link Kind#ANSWERS}
   * @param folder where data files are
   * @throws DataException if a file is missing or broken, is not the published one, or its rows do
   *     not fit the kind of benchmark
   * @throws IOException if one cannot be read
   */
  public static ItemFile read(Benchmark benchmark, Path folder) throws IOException {
    PublishedFile source = PublishedFile.read(benchmark.name(), benchmark.prompts(), folder);
    FewShot fewShot = benchmark.completion().fewShot();
    Optional<PublishedFile> examples =
        fewShot.count() == 0
            ? Optional.empty()
            : Optional.of(PublishedFile.read(benchmark.name(), fewShot.source(), folder));
    Layout layout = new Layout(benchmark, source.path(), examples);
    List<Item> items = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (DataRecord row : source.records()) {
      Item item = layout.item(row, Integer.toString(items.size()));
      if (!ids.add(item.id())) {
        throw new DataException(source.path(), "two rows have the id \"" + item.id() + "\"");
      }
      items.add(item);
    }
    return new ItemFile(source, examples, items);
  }

  /** Lays out rows. */
  private static final class Layout {
    private final Benchmark benchmark;
    private final Completion text;
    private final Path file;
    private final Optional<PublishedFile> examples;
    private final FewShotDraws draws = new FewShotDraws();

    Layout(Benchmark benchmark, Path file, Optional<PublishedFile> examples) {
      this.benchmark = benchmark;
      this.text = benchmark.completion();
      this.file = file;
      this.examples = examples;
    }

    Item item(DataRecord row, String number) throws DataException {
      if (benchmark.kind() == Kind.PERPLEXITY) {
        return new Text(number, "", row.text(), row);
      } else if (benchmark.kind() == Kind.CHOICES && row instanceof ChoiceQuestion question) {
        List<String> compared = options(question, StringUtils.stripStart(text.option(), null));
        List<String> options = options(question, text.option());
        return new Choice(
            question.id(),
            question.subject(),
            before(row) + question(row),
            compared,
            options,
            question.answer(),
            row);
      } else if (benchmark.kind() == Kind.EXACT_MATCH && row instanceof SftExample example) {
        return new Problem(number, "", before(row) + question(row), example.response(), row);
      }
      throw new DataException(
          file,
          "rows do not fit a benchmark of kind %s: each is a %s"
              .formatted(benchmark.kind(), row.kind()));
    }

    /** The text before a question. */
    private String before(DataRecord row) throws DataException {
      StringBuilder before = new StringBuilder();
      String subject = subject(row).replace('_', ' ');
      before.append(text.intro().replace("{subject}", subject));
      for (DataRecord example : examples(row)) {
        before.append(question(example)).append(solution(example)).append("\n\n");
      }
      return before.toString();
    }

    private List<DataRecord> examples(DataRecord row) throws DataException {
      if (examples.isEmpty()) {
        return List.of();
      }
      int count = text.fewShot().count();
      List<DataRecord> all = examples.get().records();
      List<DataRecord> fit =
          text.fewShot().order() == Order.RANDOM
              ? all
              : all.stream().filter(it -> subject(it).equals(subject(row))).toList();
      if (fit.size() < count) {
        throw new DataException(
            examples.get().path(),
            "%s examples of \"%s\"; completion.few_shot.count is %s"
                .formatted(fit.size(), subject(row), count));
      }
      return text.fewShot().order() == Order.RANDOM
          ? draws.draw(all.size(), count).stream().map(all::get).toList()
          : fit.subList(0, count);
    }

    private static String subject(DataRecord row) {
      return row instanceof ChoiceQuestion question ? question.subject() : "";
    }

    private String question(DataRecord row) throws DataException {
      if (row instanceof ChoiceQuestion question) {
        StringBuilder choices = new StringBuilder();
        for (int i = 0; i < question.choices().size(); i++) {
          choices.append(i == 0 ? "" : "\n").append(letter(i)).append(". ");
          choices.append(question.choices().get(i));
        }
        return fill(question.question().strip(), choices.toString());
      } else if (row instanceof SftExample example && example.prompt().size() == 1) {
        return fill(example.prompt().get(0).content(), "");
      }
      throw new DataException(file, "a row is not a single question but a " + row.kind());
    }

    private String solution(DataRecord example) throws DataException {
      if (example instanceof ChoiceQuestion question) {
        return options(question, text.option()).get(question.answer());
      } else if (example instanceof SftExample solved) {
        return " " + solved.response();
      }
      throw new DataException(file, "an example has no answer: it is a " + example.kind());
    }

    private static List<String> options(ChoiceQuestion question, String template) {
      List<String> options = new ArrayList<>();
      for (int i = 0; i < question.choices().size(); i++) {
        options.add(
            StringUtils.replaceEach(
                template,
                new String[] {"{letter}", "{choice}"},
                new String[] {letter(i), question.choices().get(i)}));
      }
      return options;
    }

    private static String letter(int place) {
      return String.valueOf((char) ('A' + place));
    }

    /** One pass: a placeholder in a question is text. */
    private String fill(String question, String choices) {
      return StringUtils.replaceEach(
          benchmark.template(),
          new String[] {"{prompt}", "{choices}"},
          new String[] {question, choices});
    }
  }
}

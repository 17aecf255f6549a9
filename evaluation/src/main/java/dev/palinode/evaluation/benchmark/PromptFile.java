package dev.palinode.evaluation.benchmark;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SftExample;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.evaluation.benchmark.Benchmark.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.lang3.StringUtils;

/**
 * The prompts of a benchmark, read from the user's file, and what the file was.
 *
 * @param file as it was found
 * @param digest of its bytes
 * @param rows of the file
 * @param prompts of the benchmark, in the order of the file; at least one
 */
public record PromptFile(Path file, FileDigest digest, long rows, List<Prompt> prompts) {
  public PromptFile {
    prompts = List.copyOf(prompts);
  }

  /**
   * Reads a benchmark's prompts.
   *
   * @param folder where data files are
   * @throws DataException if the file is missing or broken, is not the published one, or has no
   *     prompts or two of one id
   * @throws IOException if it cannot be read
   */
  public static PromptFile read(Benchmark benchmark, Path folder) throws IOException {
    PublishedFile source = PublishedFile.read(benchmark.name(), benchmark.prompts(), folder);
    Path file = source.path();
    List<Prompt> prompts = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int row = 0;
    for (DataRecord item : source.records()) {
      Prompt prompt = prompt(benchmark, file, item, Integer.toString(row++));
      if (!isSelected(benchmark.prompts().expected(), item)) {
        continue;
      } else if (!ids.add(prompt.id())) {
        throw new DataException(file, "two prompts have the id \"" + prompt.id() + "\"");
      }
      prompts.add(prompt);
    }
    if (prompts.isEmpty()) {
      throw new DataException(
          file, "no prompts of which expected is " + benchmark.prompts().expected());
    }
    return new PromptFile(file, source.digest(), source.rows(), prompts);
  }

  private static boolean isSelected(Selection selection, DataRecord item) {
    return selection == Selection.ANY
        || (item instanceof EvaluationPrompt prompt
            && prompt.expected().name().equals(selection.name()));
  }

  private static Prompt prompt(Benchmark benchmark, Path file, DataRecord item, String number)
      throws DataException {
    if (item instanceof EvaluationPrompt prompt) {
      return of(benchmark, prompt);
    } else if (item instanceof PreferencePair pair) {
      return of(benchmark, number, pair.prompt(), "");
    } else if (item instanceof SftExample example) {
      return of(benchmark, number, example.prompt(), example.response());
    } else if (item instanceof Conversation conversation) {
      if (conversation.endsWithAnswer()) {
        UtilityExample last = conversation.lastExchange();
        return of(benchmark, number, last.prompt(), last.response());
      }
      return of(benchmark, number, conversation.messages(), "");
    } else if (item instanceof DataRecord.PlainText text) {
      return of(benchmark, number, List.of(Message.user(text.text())), "");
    }
    throw new DataException(file, "rows are not prompts: each is a " + item.kind());
  }

  private static Prompt of(Benchmark benchmark, EvaluationPrompt prompt) {
    String template =
        prompt.context().isEmpty() ? benchmark.template() : benchmark.contextTemplate();
    return new Prompt(
        prompt.id(),
        system(benchmark),
        prompt.turns().stream().map(turn -> fill(template, turn, prompt.context())).toList(),
        benchmark.opening().replace("{target}", prompt.target()),
        prompt.category(),
        "");
  }

  /** The prompt of a conversation that the user has spoken last in. */
  private static Prompt of(
      Benchmark benchmark, String number, List<Message> conversation, String reference) {
    int last = conversation.size() - 1;
    List<Message> before =
        Stream.concat(
                system(benchmark).stream(),
                conversation.subList(0, last).stream()
                    .filter(
                        message -> message.role() != Role.SYSTEM || benchmark.system().isEmpty()))
            .toList();
    String turn = fill(benchmark.template(), conversation.get(last).content(), "");
    return new Prompt(number, before, List.of(turn), benchmark.opening(), "", reference);
  }

  private static List<Message> system(Benchmark benchmark) {
    return benchmark.system().isEmpty() ? List.of() : List.of(Message.system(benchmark.system()));
  }

  /** One pass: a placeholder in a prompt is text. */
  private static String fill(String template, String prompt, String context) {
    return StringUtils.replaceEach(
        template, new String[] {"{prompt}", "{context}"}, new String[] {prompt, context});
  }
}

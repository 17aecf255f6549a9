package dev.palinode.data.rewrite;

import dev.palinode.answer.ChatModel;
import dev.palinode.chat.Message;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportException;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.data.rewrite.ReplacementReport.Outcome;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes two files: pairs in which personal data is replaced, and the dialogues of the test split.
 */
public record ReplacementFile(
    Import importing,
    ScreeningSettings screening,
    ReplacementSettings settings,
    PersonalDataFinder finder,
    ChatModel writer) {
  /**
   * Result of writing both files.
   *
   * @param tests number of dialogues in the test split
   * @param replaced report on the other dialogues
   * @param rows number of rows written
   */
  public record Result(ImportResult imported, long tests, ReplacementReport replaced, long rows) {
    /** Human-readable summary. */
    public List<String> lines() {
      List<String> lines = new ArrayList<>(imported.lines());
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d dialogues kept for the test, %,d looked through; %,d records are no dialogues",
              tests,
              replaced.dialogues(),
              imported.others()));
      lines.add("mentions: " + replaced.summary());
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d completions asked for, %,d rows written",
              replaced.attempts(),
              rows));
      return lines;
    }

    /** The report as Markdown. */
    public String toMarkdown() {
      StringBuilder text = new StringBuilder("# Replacements\n\n");
      lines().forEach(line -> text.append("- ").append(line).append('\n'));
      return text.append('\n').append(replaced.toMarkdown()).toString();
    }
  }

  /**
   * Writes both files, a report and manifests.
   *
   * @param dialogues files and folders
   * @param tests for the dialogues of the test split
   * @throws ImportException if the import is stopped, or no pair is left; then there is no output
   * @throws IOException if a file cannot be read or written, or the model does not work
   */
  public Result write(List<Path> dialogues, Path output, Path tests) throws IOException {
    try (RecordFile pairs = new RecordFile(output, dialogues);
        RecordFile kept = new RecordFile(tests, dialogues)) {
      try {
        Result result = fill(dialogues, pairs, kept);
        Manifest manifest = manifest(result);
        kept.commit(manifest);
        pairs.commit(manifest, Printable.lines(result.toMarkdown()));
        return result;
      } catch (ImportException e) {
        throw pairs.stopped(e);
      }
    }
  }

  private Result fill(List<Path> dialogues, RecordFile pairs, RecordFile kept) throws IOException {
    ReplacementPairs replacements =
        new ReplacementPairs(finder, writer, settings, triple -> write(triple, pairs));
    ImportResult imported =
        importing.read(
            dialogues,
            screening,
            ReplacementFile::dialogue,
            dialogue -> {
              if (settings.isTest(dialogue)) {
                kept.accept(dialogue);
              } else {
                replacements.accept(dialogue);
              }
            },
            pairs::reject);
    replacements.finish();
    Result result = new Result(imported, kept.rows(), replacements.report(), pairs.rows());
    if (result.rows() == 0) {
      throw new ImportException(
          "no pair is left. "
              + String.join(". ", result.lines())
              + result.replaced().failures().map(each -> ". " + each).orElse(""),
          null);
    }
    return result;
  }

  private void write(SafetyTriple triple, RecordFile pairs) throws IOException {
    if (settings.polarities().isEmpty()) {
      pairs.accept(triple);
      return;
    }
    for (SftExample row : settings.polarities().get().of(triple)) {
      pairs.accept(row);
    }
  }

  private static Optional<Conversation> dialogue(DataRecord item) {
    if (item instanceof Conversation dialogue) {
      return Optional.of(dialogue);
    } else if (item instanceof UtilityExample example) {
      List<Message> messages = new ArrayList<>(example.prompt());
      messages.add(Message.assistant(example.response()));
      return Optional.of(new Conversation(messages));
    }
    return Optional.empty();
  }

  private Manifest manifest(Result result) {
    Manifest manifest =
        importing
            .manifest("data pii", screening)
            .setting("writer", writer.identity())
            .setting("system", settings.system())
            .setting("nudge", settings.nudge())
            .setting("temperature", settings.sampling().temperature())
            .setting("max_tokens", settings.maxTokens())
            .setting("attempts", settings.attempts())
            .setting("seed", settings.seed())
            .setting("test_fraction", settings.testFraction())
            .setting("both_polarities", settings.polarities().isPresent());
    result.imported().addTo(manifest, "");
    manifest
        .count("not_dialogues", result.imported().others())
        .count("dialogues_for_test", result.tests())
        .count("dialogues_for_training", result.replaced().dialogues());
    for (Outcome outcome : Outcome.values()) {
      manifest.count(
          "mentions_" + outcome.name().toLowerCase(Locale.ROOT), result.replaced().count(outcome));
    }
    return manifest;
  }
}

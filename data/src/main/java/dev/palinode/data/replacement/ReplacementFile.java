package dev.palinode.data.replacement;

import dev.palinode.chat.Message;
import dev.palinode.data.Conversation;
import dev.palinode.data.DataRecord;
import dev.palinode.data.Manifest;
import dev.palinode.data.RecordSink;
import dev.palinode.data.SafetyTriple;
import dev.palinode.data.SftExample;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportException;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.screening.Screening;
import dev.palinode.data.screening.ScreeningReport;
import dev.palinode.guard.personal.PersonalDataFinder;
import dev.palinode.storage.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes two files of dialogues: one of pairs, in which personal data is replaced, and one of the
 * dialogues that are kept for the test. Not thread-safe.
 */
public final class ReplacementFile {
  private final Import importing;
  private final ReplacementFileSettings settings;
  private final PersonalDataFinder finder;
  private final AnswerWriter writer;

  /**
   * What came of it.
   *
   * @param imported rows of the files
   * @param screened what was left out of them
   * @param notDialogues records of other kinds, which were left out
   * @param tests dialogues kept for the test
   * @param replaced what became of the others
   * @param rows written
   */
  public record Result(
      ImportResult imported,
      ScreeningReport screened,
      long notDialogues,
      long tests,
      ReplacementReport replaced,
      long rows) {
    /** What was done, in lines for people. */
    public List<String> lines() {
      return List.of(
          "rows: " + imported.report(),
          "screened out: " + screened.words(),
          String.format(
              Locale.ROOT,
              "%,d dialogues kept for the test, %,d looked through; %,d records are no dialogues",
              tests,
              replaced.dialogues(),
              notDialogues),
          "mentions: " + replaced.words(),
          String.format(
              Locale.ROOT,
              "%,d completions asked for, %,d rows written",
              replaced.attempts(),
              rows));
    }

    /** In Markdown. */
    public String toMarkdown() {
      StringBuilder text = new StringBuilder("# Replacements\n\n");
      lines().forEach(line -> text.append("- ").append(line).append('\n'));
      return text.append('\n').append(replaced.toMarkdown()).toString();
    }
  }

  /**
   * @param importing reads the dialogues
   * @param finder finds what counts as personal data
   * @param writer writes the replacements
   */
  public ReplacementFile(
      Import importing,
      ReplacementFileSettings settings,
      PersonalDataFinder finder,
      AnswerWriter writer) {
    this.importing = importing;
    this.settings = settings;
    this.finder = finder;
    this.writer = writer;
  }

  /**
   * Makes both files, a report and manifests.
   *
   * @param dialogues files and folders
   * @param output for the pairs
   * @param tests for the dialogues kept for the test
   * @throws ImportException if the import is stopped, or no pair is left; there is no output then
   * @throws IOException if a file cannot be read or written, or the model does not work
   */
  public Result write(List<Path> dialogues, Path output, Path tests) throws IOException {
    try (RecordFile pairs = RecordFile.create(output, dialogues);
        RecordFile kept = RecordFile.create(tests, dialogues)) {
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
    Screening screening = new Screening(settings.screening());
    RecordSink<SafetyTriple> out = triple -> write(triple, pairs);
    ReplacementPairs replacements =
        new ReplacementPairs(finder, writer, settings.replacement(), out);
    long[] others = {0};
    ImportResult imported =
        importing.read(
            dialogues,
            item -> {
              Optional<Conversation> dialogue = dialogue(item);
              if (dialogue.isEmpty()) {
                others[0]++;
              } else if (screening.passes(item)) {
                sort(dialogue.get(), kept, replacements);
              }
            },
            pairs::reject);
    replacements.finish();
    Result result =
        new Result(
            imported,
            screening.report(),
            others[0],
            kept.rows(),
            replacements.report(),
            pairs.rows());
    requireSome(result);
    return result;
  }

  private void sort(Conversation dialogue, RecordFile kept, ReplacementPairs replacements)
      throws IOException {
    if (settings.split().isTest(dialogue)) {
      kept.accept(dialogue);
    } else {
      replacements.accept(dialogue);
    }
  }

  private void write(SafetyTriple triple, RecordFile pairs) throws IOException {
    List<? extends SftExample> rows =
        settings
            .polarities()
            .<List<? extends SftExample>>map(lines -> lines.of(triple))
            .orElse(List.of(triple));
    for (SftExample row : rows) {
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

  private static void requireSome(Result result) throws ImportException {
    if (result.rows() == 0) {
      throw new ImportException("no pair is left. " + String.join(". ", result.lines()), null);
    }
  }

  private Manifest manifest(Result result) {
    Manifest manifest = Manifest.of("data pii");
    settings.importing().addTo(manifest);
    settings.screening().addTo(manifest);
    manifest
        .setting("writer", writer.identity())
        .setting("system", settings.replacement().discretion().system())
        .setting("nudge", settings.replacement().discretion().nudge())
        .setting("attempts", settings.replacement().attempts())
        .setting("seed", settings.replacement().seed())
        .setting("test_share", settings.split().testShare())
        .setting("both_polarities", settings.polarities().isPresent());
    result.imported().addTo(manifest, "");
    result.screened().addTo(manifest, "");
    manifest
        .count("not_dialogues", result.notDialogues())
        .count("dialogues_for_test", result.tests())
        .count("dialogues_for_training", result.replaced().dialogues());
    for (ReplacementOutcome outcome : ReplacementOutcome.values()) {
      manifest.count(
          "mentions_" + outcome.name().toLowerCase(Locale.ROOT), result.replaced().count(outcome));
    }
    return manifest;
  }
}

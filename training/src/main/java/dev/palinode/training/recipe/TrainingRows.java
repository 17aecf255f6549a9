package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.ParseResult;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.format.RowFormat;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.RecordSink;
import dev.palinode.data.record.SftExample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row format whose records can be trained on: preferred answers count as safe, the others as
 * unsafe; a conversation is utility data, whose last answer is learnt. Other records end the
 * reading with an error.
 */
record TrainingRows(RowFormat format) implements RowFormat {
  /**
   * Reads a recipe's data.
   *
   * @throws IOException if it cannot be read, or a row is broken or cannot be trained on
   */
  static ImportReport read(DataSettings settings, RecordSink<SftExample> sink) throws IOException {
    ImportReport all = ImportReport.NOTHING;
    for (Path file : DataFiles.in(settings.data())) {
      RowFormat chosen = Formats.chosen(settings.dataFormat()).orElse(null);
      RowFormat format = chosen == null ? Formats.recognise(file) : chosen;
      all =
          all.plus(
              RecordFiles.read(
                  file, new TrainingRows(format), item -> sink.accept((SftExample) item)));
    }
    return all;
  }

  @Override
  public String name() {
    return format.name();
  }

  @Override
  public String description() {
    return format.description();
  }

  @Override
  public boolean fits(JsonNode row) {
    return format.fits(row);
  }

  @Override
  public ParseResult read(Row row) throws BrokenRowException {
    ParseResult reading = format.read(row);
    if (!(reading instanceof ParseResult.Records made)) {
      return reading;
    }
    List<SftExample> examples = new ArrayList<>();
    for (DataRecord item : made.records()) {
      if (item instanceof Conversation conversation) {
        DropReason reason = dropReason(conversation);
        if (reason != null) {
          return ParseResult.dropped(reason);
        }
      }
      examples.add(example(row, item));
    }
    return new ParseResult.Records(examples);
  }

  private static @Nullable DropReason dropReason(Conversation conversation) {
    if (!conversation.endsWithAnswer()) {
      return DropReason.ENDS_WITHOUT_ANSWER;
    }
    List<Message> messages = conversation.messages();
    return messages.get(messages.size() - 2).role() == Role.ASSISTANT
        ? DropReason.TURNS_DO_NOT_ALTERNATE
        : null;
  }

  private static SftExample example(Row row, DataRecord item) throws BrokenRowException {
    if (item instanceof SftExample example) {
      return example;
    } else if (item instanceof PreferencePair pair) {
      return pair.asSafetyTriple();
    } else if (item instanceof Conversation conversation) {
      return conversation.lastExchange();
    }
    throw row.problem(
        "is read as "
            + item.kind()
            + ", which cannot be trained on: expected preferences, safe and unsafe answers,"
            + " prompts with answers, or conversations");
  }
}

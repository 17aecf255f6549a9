package dev.palinode.training.recipe;

import static dev.palinode.data.format.DroppedRowException.dropIf;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.format.DroppedRowException;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.format.RowFormat;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SftExample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.function.IOConsumer;

/**
 * Reads rows that can be trained on: preferred answers count as safe, the others as unsafe; a
 * conversation is utility data, whose last answer is learnt. Other records end the reading with an
 * error.
 */
final class TrainingRows {
  private TrainingRows() {}

  /** Reads a recipe's data; throws if a row is broken or cannot be trained on. */
  static ImportReport read(DataSettings settings, IOConsumer<SftExample> sink) throws IOException {
    ImportReport all = ImportReport.NOTHING;
    for (Path file : DataFiles.in(settings.data())) {
      RowFormat chosen = Formats.chosen(settings.dataFormat()).orElse(null);
      RowFormat format = chosen == null ? Formats.recognise(file) : chosen;
      all =
          all.plus(
              RecordFiles.read(file, trainable(format), item -> sink.accept((SftExample) item)));
    }
    return all;
  }

  private static RowFormat trainable(RowFormat format) {
    return new RowFormat(
        format.name(),
        format.description(),
        format.shape(),
        row -> {
          List<DataRecord> examples = new ArrayList<>();
          for (DataRecord item : format.read(row)) {
            examples.add(example(row, item));
          }
          return examples;
        });
  }

  private static SftExample example(Row row, DataRecord item)
      throws BrokenRowException, DroppedRowException {
    if (item instanceof SftExample example) {
      return example;
    } else if (item instanceof PreferencePair pair) {
      return pair.asSafetyTriple();
    } else if (item instanceof Conversation conversation) {
      dropIf(!conversation.endsWithAnswer(), DropReason.ENDS_WITHOUT_ANSWER);
      List<Message> messages = conversation.messages();
      boolean twice = messages.get(messages.size() - 2).role() == Role.ASSISTANT;
      dropIf(twice, DropReason.TURNS_DO_NOT_ALTERNATE);
      return conversation.lastExchange();
    }
    throw row.problem(
        "is read as "
            + item.kind()
            + ", which cannot be trained on: expected preferences, safe and unsafe answers,"
            + " prompts with answers, or conversations");
  }
}

package dev.palinode.data.importing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.data.format.RecordJson;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.SourceLocation;
import dev.palinode.io.PartialFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.commons.io.function.IOConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writer of a file of records with its companion files: broken rows of the inputs in {@code
 * OUTPUT.rejected.jsonl}, and a {@link Manifest}.
 *
 * <p>An older output is unchanged until {@link #commit}. If the import is stopped there is no
 * output, but the broken rows are written. Not thread-safe.
 */
public final class RecordFile implements IOConsumer<DataRecord>, Closeable {
  private final Path output;
  private final JsonLinesWriter records;
  private @Nullable JsonLinesWriter rejected;
  private long rows;

  /**
   * Starts a file.
   *
   * @param output {@code .jsonl}, compressed if it ends in {@code .gz} or {@code .zst}
   * @param inputs files and folders that it is made from
   * @throws DataException if the output is among the inputs
   * @throws IOException if the output cannot be written
   */
  public RecordFile(Path output, Collection<Path> inputs) throws IOException {
    for (Path input : inputs) {
      for (Path each : DataFiles.in(input)) {
        if (Files.exists(output) && Files.isSameFile(each, output)) {
          throw new DataException(
              output, "is among the inputs; choose another name for the output");
        }
      }
    }
    this.output = output;
    this.records = new JsonLinesWriter(output);
  }

  /** The path of the broken rows, if there are any. */
  public static Path rejected(Path output) {
    return output.resolveSibling(output.getFileName() + ".rejected.jsonl");
  }

  /** The path of the report on a file, if one is written. */
  public static Path report(Path output) {
    return output.resolveSibling(output.getFileName() + ".report.md");
  }

  @Override
  public void accept(DataRecord item) throws IOException {
    records.write(RecordJson.write(item));
    rows++;
  }

  /** Number of records written so far. */
  public long rows() {
    return rows;
  }

  /** Writes a broken row to the file of rejected rows. */
  public void reject(String file, BrokenRowException broken) throws IOException {
    if (rejected == null) {
      rejected = new JsonLinesWriter(rejected(output));
    }
    SourceLocation place = broken.place();
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("file", file);
    row.put(place.unit() == SourceLocation.Unit.LINE ? "line" : "record", place.number());
    rejected.write(row.put("reason", broken.problem()).put("text", broken.text()));
  }

  /**
   * Writes the broken rows, and no output.
   *
   * @return the exception to throw, which adds the path of the broken rows
   */
  public ImportException stopped(ImportException e) throws IOException {
    String aside = rejected == null ? "" : " The broken rows are in " + rejected(output) + ".";
    commitRejected();
    return new ImportException(e.getMessage() + "." + aside + " Nothing was written", e);
  }

  /** Moves the file, the broken rows and the manifest into place. */
  public void commit(Manifest manifest) throws IOException {
    records.commit();
    commitRejected();
    manifest.write(output, rows);
  }

  /** The same with a report, which is on disk before the file has its final name. */
  public void commit(Manifest manifest, String report) throws IOException {
    try (PartialFile text = PartialFile.beside(report(output))) {
      text.write(temporary -> Files.writeString(temporary, report));
      commit(manifest);
      text.moveIntoPlace();
    }
  }

  private void commitRejected() throws IOException {
    if (rejected == null) {
      Files.deleteIfExists(rejected(output)); // of an earlier run
    } else {
      rejected.commit();
    }
  }

  /** Discards the file if it was not committed. */
  @Override
  public void close() throws IOException {
    try (JsonLinesWriter first = rejected) {
      records.close();
    }
  }
}

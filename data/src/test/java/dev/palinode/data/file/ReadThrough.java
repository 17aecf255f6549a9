package dev.palinode.data.file;

import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file read to its end, or to where it breaks off.
 *
 * @param rows the good ones
 * @param problems of the broken ones, with their place
 * @param damage where and how the file breaks off; null if it is whole
 */
record ReadThrough(List<Row> rows, List<String> problems, String damage) {
  static ReadThrough of(Path file) throws IOException {
    List<Row> good = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try (Rows rows = DataFiles.open(file)) {
      while (true) {
        try {
          Row row = rows.next();
          if (row == null) {
            return new ReadThrough(good, problems, null);
          }
          good.add(row);
        } catch (BrokenRowException e) {
          problems.add(told(e));
        }
      }
    } catch (DataException e) {
      return new ReadThrough(good, problems, told(e));
    }
  }

  List<String> values() {
    return rows.stream().map(row -> row.value().toString()).toList();
  }

  private static String told(DataException e) {
    String within = e.place().within();
    return (within.isEmpty() ? "" : within.substring(2) + ": ") + e.problem();
  }
}

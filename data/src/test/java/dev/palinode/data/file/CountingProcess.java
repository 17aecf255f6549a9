package dev.palinode.data.file;

import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import java.io.IOException;
import java.nio.file.Path;

/** Counts the rows of a file and keeps none: a program for tests that limit its memory. */
final class CountingProcess {
  private CountingProcess() {}

  public static void main(String[] arguments) throws IOException {
    long read = 0;
    long broken = 0;
    String damage = null;
    try (Rows rows = DataFiles.open(Path.of(arguments[0]))) {
      boolean more = true;
      while (more) {
        try {
          more = rows.next() != null;
          read += more ? 1 : 0;
        } catch (BrokenRowException e) {
          broken++;
        }
      }
    } catch (DataException e) {
      damage = e.getMessage();
    }
    System.out.printf("%d rows, %d broken, damage: %s%n", read, broken, damage);
  }
}

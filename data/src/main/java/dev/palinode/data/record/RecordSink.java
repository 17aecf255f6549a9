package dev.palinode.data.record;

import java.io.IOException;

/**
 * Where an importer puts its records, one after the other; {@code list::add} will do.
 *
 * @param <T> the kind of record
 */
@FunctionalInterface
public interface RecordSink<T> {
  /**
   * Takes one record.
   *
   * @throws IOException if it cannot be stored; the import stops
   */
  void accept(T item) throws IOException;
}

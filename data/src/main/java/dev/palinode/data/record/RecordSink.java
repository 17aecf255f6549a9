package dev.palinode.data.record;

import java.io.IOException;

/**
 * Consumer of records that can throw an IOException, such as {@code list::add}.
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

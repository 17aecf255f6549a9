package dev.palinode.decode;

/** A batch that delegates to another one, for tests to override a part of it. */
class DelegatingBatch implements SequenceBatch {
  private final SequenceBatch batch;

  DelegatingBatch(SequenceBatch batch) {
    this.batch = batch;
  }

  @Override
  public int add() {
    return batch.add();
  }

  @Override
  public int length(int row) {
    return batch.length(row);
  }

  @Override
  public float[][] forward(int[] rows, int[][] tokens) {
    return batch.forward(rows, tokens);
  }

  @Override
  public void truncate(int row, int length) {
    batch.truncate(row, length);
  }

  @Override
  public int fork(int row) {
    return batch.fork(row);
  }

  @Override
  public void remove(int row) {
    batch.remove(row);
  }

  @Override
  public void close() {
    batch.close();
  }
}

package dev.palinode.training.parallel;

import dev.palinode.tensor.Tensor;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The processes that hold a copy of the model each and train it together; this object stands for
 * the calling one's place among them. A step goes:
 *
 * <pre>
 * own = share(batch)
 * for each piece of own:            (none where the batch is smaller than the number of processes)
 *   before the last: beforeLastBackward()
 *   backward pass of the piece's share of the loss
 * finishGradients()                 (the gradients of the whole batch, on every process)
 * clip them, move the owned() parameters
 * shareParameters()
 * clearGradients()
 * </pre>
 *
 * <p>Every process calls the methods that speak to others, all but those said not to, the same
 * number of times in the same order. One that is lost ends the others with {@link
 * dev.palinode.tensor.LostPeerException} within the time that its {@linkplain
 * dev.palinode.tensor.Rendezvous#timeout rendezvous} says; but process 0 may write files for as
 * long as it takes. Not thread-safe.
 */
public interface Replicas extends AutoCloseable {
  /** Number of this process, from 0. */
  int rank();

  /** How many processes there are. */
  int size();

  /** Whether this is the process that writes checkpoints, metrics and progress. */
  default boolean isFirst() {
    return rank() == 0;
  }

  /**
   * This process's part of a batch that all processes have. Every example is in exactly one part;
   * parts are of like total length; the same on every call, whatever the process. A part keeps the
   * batch's order, and is empty where there are fewer examples than processes: such a process makes
   * no backward pass, and everything else as the others. Does not speak to others.
   *
   * @param length what an example costs, in tokens
   */
  <E> List<E> share(List<E> batch, ToIntFunction<E> length);

  /**
   * Says that the next backward pass is this process's last of the step: what it has completed may
   * be sent while it still runs. Left out, all is sent in the end. Does not speak to others.
   */
  void beforeLastBackward();

  /**
   * Waits until the gradient of every parameter is the sum of all processes' gradients. A parameter
   * that had no part in the loss counts as zero.
   */
  void finishGradients();

  /** Forgets all gradients; to be used in place of clearing each. Does not speak to others. */
  void clearGradients();

  /** The sum of all processes' values, place by place. */
  double[] sum(double... values);

  /** The values of the first process, on every process; those of the others are ignored. */
  double[] fromFirst(double... values);

  /**
   * Checks that all processes have the same value.
   *
   * @param what the value is, for people
   * @throws IOException on every process, if one of them has another value than the first
   */
  void requireSame(String what, String value) throws IOException;

  /**
   * The parameters whose optimiser state this process holds, and which it moves: all of them,
   * unless the state is divided (ZeRO-1). In the order in which parameters were given. Does not
   * speak to others.
   */
  Collection<Tensor> owned();

  /** Gives every process the parameters as their owners have moved them. */
  void shareParameters();

  /** Gives every process the parameters as process 0 has them: at the start. */
  void broadcastParameters();

  /**
   * Has a tensor that belongs to a parameter, and that its owner alone may have, on process 0. One
   * at a time: a checkpoint of divided state needs little more memory than its largest tensor.
   * Process 0 may take any time between two of them.
   *
   * @param parameter one of those given at the start
   * @param state asked on the owner only: a tensor of at most 8 dimensions; may be of any shape and
   *     type, for process 0 is told
   * @return on process 0, the tensor (its own where it is the owner); elsewhere nothing
   */
  Optional<Tensor> fromOwner(Tensor parameter, Supplier<Tensor> state);

  /** Waits until every process has come to this point: for process 0 as long as it lives. */
  void barrier();

  /** Lets go of the parameters. Does not speak to others; the model and its values stay. */
  @Override
  void close();
}

package dev.palinode.tensor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Type;

/**
 * An operator that libtorch has but its Java API does not show, called through the dispatcher.
 * Lives as long as the process; thread-safe.
 */
public final class AtenOperator {
  static {
    Libtorch.prepare();
  }

  private final OperatorHandle handle;

  /** Of the elements of list arguments: asking the schema each time leaks a copy of it. */
  private final Map<Integer, Type.TypePtr> elementTypes = new ConcurrentHashMap<>();

  private AtenOperator(OperatorHandle handle) {
    this.handle = handle;
    handle.retainReference();
  }

  /**
   * The operator of that name, {@code aten::_fused_adamw_} for example.
   *
   * @throws RuntimeException if this build of libtorch lacks it
   */
  public static AtenOperator named(String name) {
    return new AtenOperator(Dispatcher.singleton().findSchemaOrThrow(name, ""));
  }

  /** The operator of that name, or nothing if this build of libtorch lacks it. */
  static Optional<AtenOperator> find(String name) {
    try {
      return Optional.of(named(name));
    } catch (RuntimeException absent) {
      return Optional.empty();
    }
  }

  /** Calls an operator that returns nothing. */
  public void run(IValue... arguments) {
    handle.callBoxed(new IValueVector(arguments));
  }

  /** Calls an operator that returns one tensor. */
  Tensor call(IValue... arguments) {
    IValueVector stack = new IValueVector(arguments);
    handle.callBoxed(stack);
    return new Tensor(stack.get(0).toTensor());
  }

  /** Calls an operator that returns one value that is not a tensor. */
  IValue callForValue(IValue... arguments) {
    IValueVector stack = new IValueVector(arguments);
    handle.callBoxed(stack);
    return new IValue(stack.get(0)); // a copy: the first lies in the stack
  }

  /** A list as the argument at that place wants it. */
  public IValue list(int argument, Collection<Tensor> tensors) {
    GenericList list = new GenericList(elementTypes.computeIfAbsent(argument, this::elementType));
    tensors.forEach(tensor -> list.push_back(new IValue(tensor.handle)));
    return new IValue(list);
  }

  private Type.TypePtr elementType(int argument) {
    Type.TypePtr type =
        Objects.requireNonNull(
            handle.schema().arguments().getPointer(argument).type().get().containedType(0));
    return type.retainReference();
  }

  /** An empty list as the argument at that place wants it. */
  public IValue emptyList(int argument) {
    return list(argument, List.of());
  }
}

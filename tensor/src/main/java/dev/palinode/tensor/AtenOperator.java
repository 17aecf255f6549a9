package dev.palinode.tensor;

import java.util.Collection;
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
 * A libtorch operator that the Java API does not expose, called through the dispatcher. Lives as
 * long as the process; thread-safe.
 */
public final class AtenOperator {
  static {
    Libtorch.prepare();
  }

  private final OperatorHandle handle;

  /** Element types of list arguments, cached: each query of the schema leaks a copy of it. */
  private final Map<Integer, Type.TypePtr> elementTypes = new ConcurrentHashMap<>();

  private AtenOperator(OperatorHandle handle) {
    this.handle = handle;
    handle.retainReference();
  }

  /**
   * The operator of that name, such as {@code aten::_fused_adamw_}; throws if libtorch lacks it.
   */
  public static AtenOperator named(String name) {
    return new AtenOperator(Dispatcher.singleton().findSchemaOrThrow(name, ""));
  }

  /** The operator of that name; empty if this build of libtorch lacks it. */
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
    return new IValue(stack.get(0)); // a copy: the stack owns the original
  }

  /** A list, typed for the argument at that index. */
  public IValue list(int argument, Collection<Tensor> tensors) {
    GenericList list = new GenericList(elementTypes.computeIfAbsent(argument, this::elementType));
    tensors.forEach(tensor -> list.push_back(new IValue(tensor.handle)));
    return new IValue(list);
  }

  private Type.TypePtr elementType(int argument) {
    Type type = handle.schema().arguments().getPointer(argument).type().get();
    return Objects.requireNonNull(type.containedType(0)).retainReference();
  }
}

package dev.palinode.tensor.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;

/** What a process of {@link ProcessGroupTest} does; a failed assertion is its exit code 1. */
final class ProcessGroupMember {
  private ProcessGroupMember() {}

  public static void main(String[] arguments) throws InterruptedException {
    ProcessGroup group =
        ProcessGroup.join(
            Rendezvous.fromEnvironment(System.getenv()), Device.CPU, System.out::println);
    switch (arguments[0]) {
      case "operations" -> {
        for (int round = 0; round < 3; round++) {
          try (TensorScope scope = TensorScope.open()) {
            operations(group);
          }
        }
        group.barrier();
        group.close();
        group.close(); // does nothing
      }
      case "late" -> {
        if (group.rank() == 0) {
          Thread.sleep(18_000); // as long as a slow disk takes, and more than the limit
        }
        group.barrier();
        group.barrier();
      }
      case "never" -> {
        group.barrier();
        System.out.println("together");
        if (group.rank() == 0) {
          Thread.sleep(60_000); // until something befalls it
        }
        try {
          group.barrier();
        } catch (LostPeerException lost) {
          System.out.println("LOST " + lost.getMessage());
          System.exit(0);
        }
      }
      case "leave" -> group.barrier(); // and end without closing
      case "stay" -> {
        group.barrier();
        System.out.println("together");
        if (group.rank() == group.size() - 1) {
          Thread.sleep(60_000); // until something befalls it
        }
        try (TensorScope scope = TensorScope.open()) {
          Tensor ones = Tensors.full(1, DType.F32, 1000);
          group.allReduceSum(ones).await();
        } catch (LostPeerException lost) {
          System.out.println("LOST " + lost.getMessage());
          assertThat(lost).hasCauseInstanceOf(RuntimeException.class);
          assertThatThrownBy(group::barrier).isInstanceOf(LostPeerException.class);
          group.close();
        }
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("done");
  }

  private static void operations(ProcessGroup group) {
    int rank = group.rank();
    int size = group.size();
    int ofRanks = size * (size - 1) / 2;

    // Several at once, waited for in another order, of different types.
    Tensor first = Tensors.full(rank, DType.F32, 3, 5);
    Tensor second = Tensors.full(rank + 1, DType.F64, 100_000);
    Tensor third = Tensors.full(rank, DType.I64, 2);
    Tensor whole = Tensors.full(rank, DType.BF16, 4, 6);
    Tensor part = whole.narrow(0, 1, 2);
    PendingCollective one = group.allReduceSum(first);
    PendingCollective two = group.allReduceSum(second);
    PendingCollective three = group.broadcast(third, size - 1);
    PendingCollective four = group.allReduceSum(part);
    four.await();
    three.await();
    two.await();
    one.await();
    one.await(); // at once
    assertThat(first.toFloats()).containsOnly(ofRanks);
    assertThat(second.toDoubles()).containsOnly(ofRanks + size);
    assertThat(third.toLongs()).containsOnly(size - 1);
    assertThat(part.toFloats()).containsOnly(ofRanks);
    assertThat(whole.select(0, 0).toFloats()).containsOnly(rank);

    Tensor message = Tensors.full(rank == 1 ? 7 : 0, DType.F32, 10);
    if (rank == 1) {
      group.send(message, 0);
    } else if (rank == 0) {
      group.receive(message, 1);
      assertThat(message.toFloats()).containsOnly(7);
    }

    assertThatThrownBy(() -> group.allReduceSum(whole.transpose(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not contiguous");
    assertThatThrownBy(() -> group.broadcast(first, size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no process " + size);
  }
}

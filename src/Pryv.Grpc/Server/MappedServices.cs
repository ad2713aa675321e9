using System.Collections.Concurrent;
using Google.Protobuf.Reflection;

namespace Pryv.Grpc.Server;

/// <summary>What has been mapped so far; server reflection answers from it.</summary>
internal sealed class MappedServices
{
    private readonly ConcurrentQueue<Func<ServiceDescriptor>> _descriptors = new();
    private int _isFallbackMapped;

    /// <summary>A live view: it holds what is mapped when it is looked at. To make a descriptor takes reflection over every field, so it is made only then.</summary>
    public IEnumerable<ServiceDescriptor> Descriptors => _descriptors.Select(each => each()).DistinctBy(each => each.FullName);

    public void Add(Func<ServiceDescriptor> descriptor) => _descriptors.Enqueue(descriptor);

    /// <summary>True once: for whoever is to map the answer to unknown methods.</summary>
    public bool TryClaimFallback() => Interlocked.Exchange(ref _isFallbackMapped, 1) == 0;
}

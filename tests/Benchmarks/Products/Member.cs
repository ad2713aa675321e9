namespace Benchmarks.Products;

/// <summary>One of three: its process, and how a client reaches it.</summary>
internal sealed record Member(string Name, Daemon Daemon, Func<IStore> Connect);

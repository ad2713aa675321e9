namespace Benchmarks.Products;

/// <summary>One of three: its process, where its peers reach it, and how a client does.</summary>
internal sealed record Member(string Name, Daemon Daemon, string PeerAddress, Func<IStore> Connect);

namespace StartupProfile;

/// <summary>One event of a recording.</summary>
/// <param name="At">When, in the recording's own units.</param>
/// <param name="Provider">Who wrote it.</param>
/// <param name="Id">What it says; each provider has its own numbers.</param>
/// <param name="Payload">Its fields, one after the other, without names.</param>
internal readonly record struct TraceEvent(long At, string Provider, int Id, ReadOnlyMemory<byte> Payload);

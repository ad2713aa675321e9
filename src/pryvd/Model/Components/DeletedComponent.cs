using Pryv.Consensus;

namespace Pryvd.Model.Components;

/// <summary>A component that is gone, remembered so that one of the same name goes on counting its versions.</summary>
/// <param name="Version">The last that it had.</param>
/// <param name="Deleted">Index of the command that removed it.</param>
public sealed record DeletedComponent(string Name, long Version, LogIndex Deleted);

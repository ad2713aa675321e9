using Pryvd.Model;

namespace Pryvd.Store;

/// <summary>Some variables in the order of their names.</summary>
/// <param name="NextToken">Asks for those after these; empty when there are none.</param>
public sealed record VarPage(IReadOnlyList<ExtraVar> Vars, string NextToken);

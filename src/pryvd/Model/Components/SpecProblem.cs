namespace Pryvd.Model.Components;

/// <summary>What is wrong with a spec, and what to do.</summary>
/// <param name="Path">Where, in the form of the component file: <c>checks[0].port</c>, <c>environment.HOME</c>.</param>
public sealed record SpecProblem(string Path, string Message);

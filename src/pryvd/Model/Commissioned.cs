namespace Pryvd.Model;

/// <summary>What is remembered for a node's name, before it joins and after it is gone (M4). Its variables are in scope node/NAME.</summary>
public sealed record Commissioned(string Name, string Group, TagSet Tags);

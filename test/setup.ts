// First of all modules, so that workflow-es finds this one and not its own older copy.
import 'reflect-metadata';

import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { exportsOf } from './module-exports.js';

@Module({ providers: [] })
class OrdersModule {}
@Module({ imports: [OrdersModule] })
class ShopModule {}
@Injectable()
class Service {}
class Derived extends ShopModule {}

const workflows = [{ nameSpace: 'a', name: 'b' }];

describe('exportsOf', () => {
  it('takes the list of workflows and every class with @Module, once each', () => {
    expect(exportsOf({ workflows, OrdersModule, default: ShopModule, ShopModule, Service }, 'x')).toEqual({
      workflows,
      modules: [OrdersModule, ShopModule],
    });
  });

  it('finds what CommonJS has under default', () => {
    expect(exportsOf({ default: { workflows, OrdersModule } }, 'x')).toEqual({
      workflows,
      modules: [OrdersModule],
    });
  });

  it('refuses what has neither', () => {
    for (const loaded of [{}, { default: undefined }, { Service, default: Derived }, { workflows: 'none' }]) {
      expect(() => exportsOf(loaded, 'x')).toThrow('x exports neither');
    }
  });
});
